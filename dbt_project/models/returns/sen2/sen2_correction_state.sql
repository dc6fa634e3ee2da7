{%- set modules = [
    'header', 'person', 'requests', 'assessment', 'named_plan', 'plan_detail', 'active_plans',
    'placement_detail', 'sen_need',
] -%}

with corrections as (

    select * from {{ source('overlay', 'correction') }}

),

prepared as (

    -- only the records somebody corrected, each with all its values by column
    {%- for module in modules %}
    select
        '{{ module }}' as module,
        {{ sen2_prepared_key(module) }} as record_key,
        to_json(record) as by_column
    -- to_json takes the whole row by its alias; AL05 sees no use of it for the header
    from {{ ref('sen2_prepared_' ~ module) }} as record -- noqa: AL05
    where
        {{ sen2_prepared_key(module) }} in (
            select corrections.record_key
            from corrections
            where corrections.module = '{{ module }}'
        )
    {%- if not loop.last %}

    union all
    {% endif %}
    {%- endfor %}

),

compared as (

    select
        corrections.*,
        prepared.record_key is not null as is_there,
        json_extract_string(prepared.by_column, '$.' || corrections.column_name) as source_value
    from corrections
    left join prepared
        on
            corrections.module = prepared.module
            and corrections.record_key = prepared.record_key

),

stated as (

    select
        id,
        module,
        record_key,
        item,
        was,
        value,
        source_value,
        case
            when not is_there then 'record_gone'
            when (source_value is not distinct from value) then 'no_longer_needed'
            when (source_value is not distinct from was) then 'applied'
            else 'source_changed'
        end as state,
        made_at,
        made_by,
        reason
    from compared

)

select * from stated
