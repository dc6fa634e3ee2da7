with requests as (

    select count(*) as requests_refused
    from {{ ref('int_sen2__cases') }}
    where is_received and requestoutcome = 'N'

),

assessments as (

    select count(*) as assessments_not_issued
    from {{ ref('int_sen2__cases') }}
    where assessment_counted_as = 'N'

),

plans as (

    select
        count(*) filter (where is_on_census_day) as plans_in_january,
        count(*) filter (where is_ceased and ceasereason = '2') as plans_ceased_needs_met
    from {{ ref('int_sen2__plans') }}

),

area as (

    select
        old_la_code,
        la_name
    from {{ ref('areas') }}
    where old_la_code = '{{ var("area") }}'

)

select
    '{{ preview_calendar_year() }}' as time_period,
    area.old_la_code,
    area.la_name,
    cast(requests.requests_refused as varchar) as requests_refused,
    cast(assessments.assessments_not_issued as varchar) as assessments_not_issued,
    cast(plans.plans_in_january as varchar) as plans_in_january,
    cast(plans.plans_ceased_needs_met as varchar) as plans_ceased_needs_met,
    cast(
        requests.requests_refused + assessments.assessments_not_issued + plans.plans_in_january
        + plans.plans_ceased_needs_met as varchar
    ) as decisions
from area
cross join requests
cross join assessments
cross join plans
