-- Published figures beside the area's own: England, each neighbour, their average, and the area as
-- published. Values that the DfE does not give (x, z, c) are left out; the average is of the
-- neighbours that have one.
{%- set published = [
    ('plan_20_weeks', 'timeliness_20_week', 'pc_plans_issued_within_20_weeks', 'all'),
    ('plan_20_weeks_no_exceptions', 'timeliness_20_week', 'pc_plans_issued_20_weeks_ex', 'all'),
    ('decision_6_weeks', 'requests', 'request_outcome_six_weeks_pc', 'all'),
    ('review_decision_4_weeks', 'annual_reviews', 'pc_decsion_4weeks', 'all'),
    ('caseload', 'caseload', 'ehcplans', 'all'),
    ('tribunal_appeals', 'tribunal_appeals', 'appeals_registered', 'all'),
    ('tribunal_appeal_rate', 'tribunal_appeals', 'appeal_rate', 'all'),
] %}
{%- set needs = [
    'asd', 'hi', 'mld', 'msi', 'oth', 'pd', 'pmld', 'semh', 'slcn', 'sld', 'spld', 'vi'
] %}
{%- for need in needs %}
{%- do published.append(('caseload', 'sen_needs_all_plans', 'number_' ~ need, need | upper)) %}
{%- endfor %}
{%- set unknown = ('caseload', 'sen_needs_all_plans', 'number_need_unknown', 'Not recorded') %}
{%- do published.append(unknown) %}
with figures as (
    select *
    from {{ ref('fct_published_figure') }}
),

plans as (
    select
        geography,
        la_code,
        time_period,
        value
    from figures
    where data_set = 'caseload' and indicator = 'ehcplans' and value > 0
),

-- The placement mix is published as counts: shares of the published caseload, in the board's
-- groups.
placed_plans as (
    select
        geography,
        la_code,
        la_name,
        time_period,
        {{ board_placement_group('indicator') }} as breakdown,
        value
    from figures
    where data_set = 'caseload' and indicator in ({{ board_placement_categories() }})
),

placement_mix as (
    select
        parts.geography,
        parts.la_code,
        parts.time_period,
        parts.breakdown,
        any_value(parts.la_name) as la_name,
        round(100.0 * sum(parts.value) / any_value(plans.value), 1) as value
    from placed_plans as parts
    inner join plans
        on
            parts.geography = plans.geography
            and parts.la_code = plans.la_code
            and parts.time_period = plans.time_period
    group by parts.geography, parts.la_code, parts.time_period, parts.breakdown
),

chosen as (
    {%- for indicator_id, data_set, indicator, breakdown in published %}
    select
        '{{ indicator_id }}' as indicator_id,
        '{{ breakdown }}' as breakdown,
        geography,
        la_code,
        la_name,
        time_period,
        value
    from figures
    where data_set = '{{ data_set }}' and indicator = '{{ indicator }}'
    union all
    {%- endfor %}
    select
        'placement_mix' as indicator_id,
        breakdown,
        geography,
        la_code,
        la_name,
        time_period,
        value
    from placement_mix
)

select
    indicator_id,
    breakdown,
    time_period as period,
    geography,
    la_code,
    coalesce(la_name, 'England') as name,
    value
from chosen
union all
select
    indicator_id,
    breakdown,
    time_period as period,
    'Neighbour average' as geography,
    'average' as la_code,
    concat('Average of ', count(*), ' neighbours') as name,
    -- decimals add up to the same whatever their order; doubles do not, and round both ways
    round(sum(cast(value as decimal(18, 4))) / count(value), 1) as value
from chosen
where geography = 'Neighbour'
group by indicator_id, breakdown, time_period
