{%- set topics = {
    'sex_label': 'Sex',
    'ethnicity_label': 'Ethnicity',
    'age_label': 'Child or young persons age',
} -%}

with labelled as (

    select
        *,
        coalesce(week20, 0) <> 1 as is_unexcepted,
        {{ preview_age_label('age_at_request', unknown='Unknown') }} as age_label
    from {{ ref('int_sen2__cases') }}
    where
        assessment_counted_as = 'Y'
        -- cases of mediation or tribunal are left out, except about other matters
        and requestmediation = 0
        and requesttribunal = 0
        and assessmentmediation = 0
        and assessmenttribunal = 0

),

counted as (

    select
        {{ preview_breakdown('All EHC plans issued', topics) | indent(8) }},
        count(*) as plans_issued_den,
        count(*) filter (where is_unexcepted) as plans_issued_den_ex,
        count(*) filter (where days_to_issue <= 140)
            as plans_issued_within_20_weeks,
        count(*) filter (where days_to_issue <= 140 and is_unexcepted)
            as plans_issued_20_weeks_ex,
        count(*) filter (where days_to_issue between 141 and 364)
            as "plans_issued_gt20weeks_ltYear",
        count(*) filter (where days_to_issue between 141 and 364 and is_unexcepted)
            as "plans_issued_gt20weeks_ltYear_ex",
        count(*) filter (where days_to_issue > 364)
            as plans_issued_gt_1_year,
        count(*) filter (where days_to_issue > 364 and is_unexcepted)
            as plans_issued_gt_1_year_ex
    from labelled
    group by {{ preview_groups(topics) }} -- noqa: PRS

),

area as (

    select *
    from {{ ref('areas') }}
    where old_la_code = '{{ var("area") }}'

)

select
    {{ preview_geography(preview_calendar_year(), 'Calendar year') }},
    counted.breakdown_topic,
    counted.breakdown,
    {{ preview_values([
        'plans_issued_den',
        'plans_issued_den_ex',
    ]) }},
    {{ preview_values(['plans_issued_within_20_weeks', 'plans_issued_20_weeks_ex']) }},
    {{ preview_percent('counted.plans_issued_within_20_weeks', 'counted.plans_issued_den') }}
        as pc_plans_issued_within_20_weeks,
    {{ preview_percent('counted.plans_issued_20_weeks_ex', 'counted.plans_issued_den_ex') }}
        as "PC_plans_issued_20_weeks_ex",
    {{ preview_values(['"plans_issued_gt20weeks_ltYear"', '"plans_issued_gt20weeks_ltYear_ex"']) }},
    {{ preview_percent('counted."plans_issued_gt20weeks_ltYear"', 'counted.plans_issued_den') }}
        as "pc_plans_issued_gt20weeks_ltYear",
    {{ preview_percent(
        'counted."plans_issued_gt20weeks_ltYear_ex"', 'counted.plans_issued_den_ex'
    ) }} as "PC_plans_issued_gt20weeks_ltYear_ex",
    {{ preview_values(['plans_issued_gt_1_year', 'plans_issued_gt_1_year_ex']) }},
    {{ preview_percent('counted.plans_issued_gt_1_year', 'counted.plans_issued_den') }}
        as pc_plans_issued_gt_1_year,
    {{ preview_percent('counted.plans_issued_gt_1_year_ex', 'counted.plans_issued_den_ex') }}
        as "PC_plans_issued_gt_1_year_ex"
from counted
cross join area
