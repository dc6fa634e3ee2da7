-- Published figures beside the area's own: England, each neighbour, their average, and the area as published. Values that
-- the DfE does not give (x, z, c) are left out; the average is of the neighbours that have one.
{%- set published = [
    ('plan_20_weeks', 'timeliness_20_week', 'pc_plans_issued_within_20_weeks', 'all'),
    ('plan_20_weeks_no_exceptions', 'timeliness_20_week', 'pc_plans_issued_20_weeks_ex', 'all'),
    ('decision_6_weeks', 'requests', 'request_outcome_six_weeks_pc', 'all'),
    ('review_decision_4_weeks', 'annual_reviews', 'pc_decsion_4weeks', 'all'),
    ('caseload', 'caseload', 'ehcplans', 'all'),
    ('tribunal_appeals', 'tribunal_appeals', 'appeals_registered', 'all'),
    ('tribunal_appeal_rate', 'tribunal_appeals', 'appeal_rate', 'all'),
] %}
{%- for need in ['asd', 'hi', 'mld', 'msi', 'oth', 'pd', 'pmld', 'semh', 'slcn', 'sld', 'spld', 'vi'] %}
{%- do published.append(('caseload', 'sen_needs_all_plans', 'number_' ~ need, need | upper)) %}
{%- endfor %}
{%- do published.append(('caseload', 'sen_needs_all_plans', 'number_need_unknown', 'Not recorded')) %}
with figures as (
    select
        data_set,
        lower(indicator) as indicator,
        geographic_level,
        la_code,
        la_name,
        {{ board_published_period('time_period') }} as time_period,
        value
    from {{ ref('stg_statistics__figure') }}
    where
        value is not null
        and geographic_level in ('NAT', 'LA')
        -- The 'All' row of each data set: its topic and its breakdown begin with All (or are the one total of new plans).
        and (
            breakdown is null
            or starts_with(breakdown, 'All')
            or breakdown in ('Total', 'New EHC plans')
        )
),

chosen as (
    {%- for indicator_id, data_set, indicator, breakdown in published %}
    select
        '{{ indicator_id }}' as indicator_id,
        '{{ breakdown }}' as breakdown,
        geographic_level,
        la_code,
        la_name,
        time_period,
        value
    from figures
    where data_set = '{{ data_set }}' and indicator = '{{ indicator }}'
    union all
    {%- endfor %}
    -- The placement mix is published as counts: shares of the published caseload, in the board's groups.
    select
        'placement_mix',
        {{ board_placement_group('parts.indicator') }},
        geographic_level,
        la_code,
        any_value(parts.la_name),
        time_period,
        round(100.0 * sum(parts.value) / any_value(wholes.value), 1)
    from figures as parts
    inner join (
        select
            geographic_level,
            la_code,
            time_period,
            value
        from figures
        where data_set = 'caseload' and indicator = 'ehcplans'
    ) as wholes using (geographic_level, la_code, time_period)
    where
        parts.data_set = 'caseload' and wholes.value > 0
        and parts.indicator in ({{ board_placement_categories() }})
    group by 2, geographic_level, la_code, time_period
),

placed as (
    select
        *,
        case
            when geographic_level = 'NAT' then 'England'
            when la_code = '{{ var("area") }}' then 'Area, as published'
            else 'Neighbour'
        end as geography
    from chosen
)

select
    indicator_id,
    breakdown,
    time_period as period,
    geography,
    la_code,
    coalesce(la_name, 'England') as name,
    value
from placed
union all
select
    indicator_id,
    breakdown,
    time_period,
    'Neighbour average',
    'average',
    concat('Average of ', count(*), ' neighbours'),
    round(avg(value), 1)
from placed
where geography = 'Neighbour'
group by indicator_id, breakdown, time_period
