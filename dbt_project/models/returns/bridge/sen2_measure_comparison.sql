-- Last year's figure is the published one; where that was not delivered, what last year's return
-- says.
{%- set files = sen2_measured_files() %}
{%- set headlines = sen2_headline_measures() %}
-- A change is unlikely, and worth a look before signing, when it is more than 20 points of a share;
-- or of a count more than a quarter and more than three times its square root, which chance seldom
-- makes.
{%- set unlikely_points = 20 %}
{%- set unlikely_share = 0.25 %}
{%- set unlikely_deviations = 3 %}
{%- set last_collection = sen2_collection() | trim | int - 1 %}
with
{% for file in files %}
{{ file }}_totals as (
    select
        '{{ file }}' as data_set,
        time_period,
        measure,
        value_text
    from (
        unpivot (
            select
                * exclude (
                    time_identifier, geographic_level, country_code, country_name, region_code,
                    region_name, new_la_code, old_la_code, la_name, breakdown_topic, breakdown
                )
            from {{ ref('preview_' ~ file) }}
            where breakdown_topic = breakdown
        )
        on columns(* exclude (time_period)) into name measure value value_text
    )
),
{% endfor %}
totals as (
    {%- for file in files %}
    select * from {{ file }}_totals
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

measures as (
    select
        data_set,
        lower(measure) as measure,
        case
            when regexp_matches(lower(measure), '(^|_)pc(_|$)') then 'percent' else 'plans'
        end as unit,
        cast(
            case
                when length(time_period) > 4 then concat('20', right(time_period, 2))
                else time_period
            end as integer
        ) as year,
        value_text,
        try_cast(value_text as double) as value
    from totals
),

headlines as (
    select listed.*
    from (
        values
        {%- for data_set, measure, title in headlines %}
        ({{ loop.index }}, '{{ data_set }}', '{{ measure }}', '{{ title }}')
        {{- "," if not loop.last }}
        {%- endfor %}
    ) as listed (position, data_set, measure, title)
),

published as (
    select *
    from {{ ref('fct_published_figure') }}
),

own_plans as (
    select
        *,
        year(cease_date) = {{ last_collection - 1 }} as is_ceased,
        year(start_date) = {{ last_collection - 1 }} and transferred_from is null as is_new,
        case
            when primary_need = 'DS' then 'oth' else coalesce(lower(primary_need), 'need_unknown')
        end as need
    from {{ ref('fct_returned_plan') }}
    where collection = {{ last_collection }}
),

-- What can be counted from last year's own return.
own as (
    select
        'caseload' as data_set,
        'ehcplans' as measure,
        count(*) as value
    from own_plans
    where is_open
    union all
    select
        'newplans' as data_set,
        'new_ehc_plans' as measure,
        count(*) as value
    from own_plans
    where is_new
    union all
    select
        'ceased_plans' as data_set,
        'total_ceased' as measure,
        count(*) as value
    from own_plans
    where is_ceased
    union all
    select
        'sen_needs_all_plans' as data_set,
        'ehc_plans' as measure,
        count(*) as value
    from own_plans
    where is_open
    union all
    select
        'sen_needs_all_plans' as data_set,
        concat('number_', need) as measure,
        count(*) as value
    from own_plans
    where is_open
    group by need
),

has_own as (
    select count(*) > 0 as is_read from own_plans
),

-- The newest period that is published and not after the return's own.
newest as (
    select
        measures.data_set,
        measures.measure,
        max(published.year) as year
    from measures
    inner join published
        on
            measures.data_set = published.data_set
            and measures.measure = published.indicator
            and measures.year >= published.year
    where published.geography <> 'Area, as published'
    group by measures.data_set, measures.measure
),

others as (
    select
        published.data_set,
        published.indicator as measure,
        max(published.time_period) as period,
        max(published.value) filter (where published.geography = 'England') as england,
        round(median(published.value) filter (where published.geography = 'Neighbour'), 1)
            as neighbours,
        count(*) filter (where published.geography = 'Neighbour') as neighbour_count
    from published
    inner join newest
        on
            published.data_set = newest.data_set
            and published.indicator = newest.measure
            and published.year = newest.year
    group by published.data_set, published.indicator
),

compared as (
    select
        measures.*,
        coalesce(last_published.value, case when has_own.is_read then own.value end) as last_value,
        case
            when last_published.value is not null then 'published'
            when has_own.is_read and own.value is not null then 'last return'
        end as last_from
    from measures
    cross join has_own
    left join published as last_published
        on
            measures.data_set = last_published.data_set
            and measures.measure = last_published.indicator
            and measures.year = last_published.year + 1
            and last_published.geography = 'Area, as published'
    left join own on measures.data_set = own.data_set and measures.measure = own.measure
)

select
    compared.data_set,
    compared.measure,
    headlines.position as headline,
    coalesce(headlines.title, compared.measure) as title,
    compared.unit,
    compared.year,
    compared.value_text,
    compared.value,
    compared.last_value,
    compared.last_from,
    round(compared.value - compared.last_value, 1) as change,
    coalesce(
        case compared.unit
            when 'percent' then abs(compared.value - compared.last_value) > {{ unlikely_points }}
            else
                abs(compared.value - compared.last_value) > greatest(
                    {{ unlikely_share }} * compared.last_value,
                    {{ unlikely_deviations }} * sqrt(greatest(compared.last_value, 1))
                )
        end, false
    ) as is_unlikely,
    others.period as others_period,
    -- England's number of plans is no yardstick for an area's
    case when compared.unit = 'percent' then others.england end as england,
    others.neighbours,
    others.neighbour_count
from compared
left join headlines
    on compared.data_set = headlines.data_set and compared.measure = headlines.measure
left join others
    on compared.data_set = others.data_set and compared.measure = others.measure
