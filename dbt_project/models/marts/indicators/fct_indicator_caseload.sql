{{ config(materialized='view') }}
-- Plans in force at a month's end (or tonight), as the board reads them: counts, where they are
-- placed, what they name.
with months as (
    {{ board_months() | indent(4) }}
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
        on
            months.month_end >= plans.start_date
            and (plans.cease_date is null or months.month_end <= plans.cease_date)
),

placed as (
    select
        active.plan_ref,
        active.month,
        arg_max(
            placements.setting_category, (placements.entry_date, placements.placement_ref)
        ) as setting_category
    from active
    inner join {{ ref('fct_placement') }} as placements
        on
            active.plan_ref = placements.plan_ref
            and active.month_end >= placements.entry_date
            and (placements.leaving_date is null or active.month_end <= placements.leaving_date)
    where placements.placement_rank = 1
    group by active.plan_ref, active.month
),

needs as (
    select
        plan_ref,
        min(sen_type) as sen_type
    from {{ ref('fct_need') }}
    where rank = 1
    group by plan_ref
),

described as (
    select
        active.month,
        active.is_complete,
        active.health_outcome,
        active.care_outcome,
        {{ board_placement_group('placed.setting_category') }} as placement_group,
        coalesce(
            case needs.sen_type when 'DS' then 'OTH' else needs.sen_type end, 'Not recorded'
        ) as primary_need
    from active
    left join placed on active.plan_ref = placed.plan_ref and active.month = placed.month
    left join needs on active.plan_ref = needs.plan_ref
),

totals as (
    select
        month,
        is_complete,
        count(*)::bigint as plans,
        count(*) filter (where health_outcome = 1)::bigint as with_health,
        count(*) filter (where care_outcome = 1)::bigint as with_care
    from described
    group by month, is_complete
),

by_need as (
    select
        month,
        is_complete,
        primary_need,
        count(*)::bigint as plans
    from described
    group by month, is_complete, primary_need
),

by_placement as (
    select
        described.month,
        described.is_complete,
        described.placement_group,
        totals.plans as all_plans,
        count(*)::bigint as plans
    from described
    inner join totals on described.month = totals.month
    group by described.month, described.is_complete, described.placement_group, totals.plans
),

looked_after as (
    select distinct
        months.month,
        months.is_complete,
        episodes.person_id
    from months
    inner join {{ ref('fct_social_care_episode') }} as episodes
        on
            months.month_end >= episodes.start_date
            and (episodes.end_date is null or months.month_end < episodes.end_date)
    where episodes.kind = 'CLA' and coalesce(episodes.legal_status, '') not in ('V3', 'V4')
),

plan_holders as (
    select distinct
        month,
        person_id
    from active
),

looked_after_with_plan as (
    select
        looked_after.month,
        looked_after.is_complete,
        count(plan_holders.person_id)::bigint as with_plan,
        count(*)::bigint as children
    from looked_after
    left join plan_holders
        on
            looked_after.month = plan_holders.month
            and looked_after.person_id = plan_holders.person_id
    group by looked_after.month, looked_after.is_complete
),

figures as (
    select
        'caseload' as indicator_id,
        month,
        'all' as breakdown_kind,
        'all' as breakdown,
        plans as numerator,
        null::bigint as denominator,
        is_complete
    from totals
    union all
    select
        'caseload' as indicator_id,
        month,
        'primary need' as breakdown_kind,
        primary_need as breakdown,
        plans as numerator,
        null as denominator,
        is_complete
    from by_need
    union all
    select
        'placement_mix' as indicator_id,
        month,
        'placement' as breakdown_kind,
        placement_group as breakdown,
        plans as numerator,
        all_plans as denominator,
        is_complete
    from by_placement
    {%- for indicator_id, counted in [
        ('plan_health_outcome', 'with_health'), ('plan_care_outcome', 'with_care')
    ] %}
    union all
    select
        '{{ indicator_id }}' as indicator_id,
        month,
        'all' as breakdown_kind,
        'all' as breakdown,
        {{ counted }} as numerator,
        plans as denominator,
        is_complete
    from totals
    {%- endfor %}
    union all
    select
        'looked_after_with_plan' as indicator_id,
        month,
        'all' as breakdown_kind,
        'all' as breakdown,
        with_plan as numerator,
        children as denominator,
        is_complete
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
