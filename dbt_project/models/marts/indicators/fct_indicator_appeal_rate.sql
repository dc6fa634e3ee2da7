{{ config(materialized='view') }}
-- Appeals registered in twelve months over what could be appealed in them, by the published rule
-- (facts: extracts 5.4): requests refused, assessments without a plan, plans in force at the end,
-- plans ceased because needs were met.
with months as (
    {{ board_months() }}
),

appealable as (
    select outcome_date as decided_on
    from {{ ref('fct_request') }}
    where outcome = 'N' and transferred_from is null
    union all
    select outcome_date from {{ ref('fct_assessment') }}
    where outcome = 'N'
    union all
    select cease_date from {{ ref('fct_plan') }}
    where cease_reason = '2'
),

decisions as (
    select
        months.month,
        count(*) as decisions
    from months
    inner join appealable
        on appealable.decided_on between months.month - interval 11 month and months.month_end
    where months.has_rolling
    group by months.month
),

in_force as (
    select
        months.month,
        count(*) as plans
    from months
    inner join {{ ref('fct_plan') }} as plans
        on
            months.month_end >= plans.start_date
            and (plans.cease_date is null or months.month_end <= plans.cease_date)
    where months.has_rolling
    group by months.month
),

appeals as (
    select
        months.month,
        count(*) as appeals
    from months
    inner join {{ ref('fct_dispute') }} as disputes
        on
            disputes.kind = 'TRIBUNAL'
            and disputes.opened_date between months.month - interval 11 month and months.month_end
    where months.has_rolling
    group by months.month
)

select
    'tribunal_appeal_rate' as indicator_id,
    months.month,
    'rolling 12 months' as period,
    'all' as breakdown_kind,
    'all' as breakdown,
    coalesce(appeals.appeals, 0)::bigint as numerator,
    (coalesce(decisions.decisions, 0) + coalesce(in_force.plans, 0))::bigint as denominator,
    months.is_complete,
    null::bigint as people,
    null::bigint as difference_count
from months
left join appeals on months.month = appeals.month
left join decisions on months.month = decisions.month
left join in_force on months.month = in_force.month
where months.has_rolling
