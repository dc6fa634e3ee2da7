-- Both counts are taken from their own return, not from the movements, so that the difference can
-- show what the movements do not explain.
{%- set last_collection = sen2_collection() | trim | int - 1 %}
{%- set movements = sen2_movements() %}
with opening as (
    select
        count(*) > 0 as has_earlier,
        count(*) filter (where is_open) as plans
    from {{ ref('fct_returned_plan') }}
    where collection = {{ last_collection }}
),

closing as (
    select
        count(*) filter (
            where {{ sen2_active_on_census_day('startdate', 'ceasedate') }}
        ) as plans
    from {{ ref('sen2_named_plan') }}
),

moved as (
    select
        movement,
        count(*) as plans
    from {{ ref('sen2_movement') }}
    group by movement
),

kinds as (
    select listed.*
    from (
        values
        {%- for code, sign, title in movements %}
        ({{ loop.index }}, '{{ code }}', {{ sign }}, '{{ title }}'){{ "," if not loop.last }}
        {%- endfor %}
    ) as listed (position, step, sign, title)
),

steps as (
    select
        0 as position,
        'opening' as step,
        'Plans in force in January {{ last_collection }}, as returned' as title,
        opening.plans as counted,
        opening.plans
    from opening
    union all
    select
        kinds.position,
        kinds.step,
        kinds.title,
        coalesce(moved.plans, 0) as counted,
        kinds.sign * coalesce(moved.plans, 0) as plans
    from kinds
    left join moved on kinds.step = moved.movement
    union all
    select
        {{ movements | length + 1 }} as position,
        'closing' as step,
        'Plans in force in January {{ sen2_collection() }}' as title,
        closing.plans as counted,
        closing.plans
    from closing
),

balance as (
    select
        sum(plans) filter (where step <> 'closing') - sum(plans) filter (where step = 'closing')
            as plans
    from steps
),

listed as (
    select * from steps
    union all
    select
        {{ movements | length + 2 }} as position,
        'difference' as step,
        'Difference that the steps do not explain' as title,
        abs(plans) as counted,
        plans
    from balance
)

select
    listed.position,
    listed.step,
    listed.title,
    cast(
        case when opening.has_earlier or listed.step = 'closing' then listed.counted end as bigint
    ) as counted,
    cast(
        case when opening.has_earlier or listed.step = 'closing' then listed.plans end as bigint
    ) as plans,
    case when opening.has_earlier then 'from last return' else 'no earlier return' end as state
from listed
cross join opening
