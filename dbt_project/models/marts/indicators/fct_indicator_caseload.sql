{{ config(materialized='view') }}
-- Plans in force at a month's end (or tonight), as the board reads them: counts, where they are placed, what they name.
with months as (
    {{ board_months() }}
),

active as (
    select
        months.month,
        months.month_end,
        months.is_complete,
        plans.plan_ref,
        plans.person_id,
        plans.health_outcome,
        plans.care_outcome
    from months
    inner join {{ ref('fct_plan') }} as plans
        on plans.start_date <= months.month_end and (plans.cease_date is null or plans.cease_date >= months.month_end)
),

placed as (
    select
        active.plan_ref,
        active.month,
        arg_max(placements.setting_category, (placements.entry_date, placements.placement_ref)) as setting_category
    from active
    inner join {{ ref('fct_placement') }} as placements
        on active.plan_ref = placements.plan_ref
        and placements.placement_rank = 1
        and placements.entry_date <= active.month_end
        and (placements.leaving_date is null or placements.leaving_date >= active.month_end)
    group by active.plan_ref, active.month
),

needs as (
    select plan_ref, min(sen_type) as sen_type
    from {{ ref('fct_need') }}
    where rank = 1
    group by plan_ref
),

described as (
    select
        active.*,
        {{ board_placement_group('placed.setting_category') }} as placement_group,
        coalesce(case needs.sen_type when 'DS' then 'OTH' else needs.sen_type end, 'Not recorded') as primary_need
    from active
    left join placed on active.plan_ref = placed.plan_ref and active.month = placed.month
    left join needs on active.plan_ref = needs.plan_ref
),

counted as (
    select
        month,
        any_value(is_complete) as is_complete,
        grouping(placement_group) = 0 as is_by_placement,
        grouping(primary_need) = 0 as is_by_need,
        placement_group,
        primary_need,
        count(*)::bigint as plans,
        count(*) filter (where health_outcome = 1)::bigint as with_health,
        count(*) filter (where care_outcome = 1)::bigint as with_care
    from described
    group by grouping sets ((month), (month, placement_group), (month, primary_need))
),

totals as (
    select month, plans from counted where not is_by_placement and not is_by_need
),

looked_after as (
    select distinct months.month, months.is_complete, months.month_end, episodes.person_id
    from months
    inner join {{ ref('fct_social_care_episode') }} as episodes
        on episodes.kind = 'CLA'
        and coalesce(episodes.legal_status, '') not in ('V3', 'V4')
        and episodes.start_date <= months.month_end
        and (episodes.end_date is null or episodes.end_date > months.month_end)
),

looked_after_with_plan as (
    select
        looked_after.month,
        any_value(looked_after.is_complete) as is_complete,
        count(*) filter (where holders.person_id is not null)::bigint as numerator,
        count(*)::bigint as denominator
    from looked_after
    left join (select distinct month, person_id from active) as holders
        on looked_after.month = holders.month and looked_after.person_id = holders.person_id
    group by looked_after.month
),

figures as (
    select
        'caseload' as indicator_id,
        month,
        case when is_by_need then 'primary need' else 'all' end as breakdown_kind,
        case when is_by_need then primary_need else 'all' end as breakdown,
        plans as numerator,
        null::bigint as denominator,
        is_complete
    from counted
    where not is_by_placement
    union all
    select 'placement_mix', counted.month, 'placement', placement_group, counted.plans, totals.plans, counted.is_complete
    from counted
    inner join totals on counted.month = totals.month
    where counted.is_by_placement
    union all
    select 'plan_health_outcome', month, 'all', 'all', with_health, plans, is_complete
    from counted
    where not is_by_placement and not is_by_need
    union all
    select 'plan_care_outcome', month, 'all', 'all', with_care, plans, is_complete
    from counted
    where not is_by_placement and not is_by_need
    union all
    select 'looked_after_with_plan', month, 'all', 'all', numerator, denominator, is_complete
    from looked_after_with_plan
)

select
    indicator_id,
    month,
    'as at month end' as period,
    breakdown_kind,
    breakdown,
    numerator,
    denominator,
    is_complete,
    null::bigint as people,
    null::bigint as difference_count
from figures
