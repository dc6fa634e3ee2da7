{#- Pieces of the preview of the published tables. A preview model counts once over GROUPING SETS: one set for the
    'All' row and one a breakdown. `topics` maps a label column to the published breakdown topic. -#}

{#- Periods as the published files print them: the calendar year a collection reports on, and the academic year its
    census day lies in (2024 and 202425 for the collection of 2025). -#}
{% macro preview_calendar_year() -%}
    {{ sen2_collection() | trim | int - 1 }}
{%- endmacro %}

{% macro preview_academic_year() -%}
    {%- set collection = sen2_collection() | trim | int -%}
    {{ collection - 1 }}{{ '%02d' | format(collection % 100) }}
{%- endmacro %}

{#- Column list of the group by: the 'All' row, then every breakdown. -#}
{% macro preview_groups(topics) -%}
    grouping sets ((), ({{ topics.keys() | join('), (') }}))
{%- endmacro %}

{#- Topic and label of a counted row. -#}
{% macro preview_breakdown(all_label, topics) -%}
    case
        {%- for column, topic in topics.items() %}
        when grouping({{ column }}) = 0 then '{{ topic }}'
        {%- endfor %}
        else '{{ all_label }}'
    end as breakdown_topic,
    case
        {%- for column in topics %}
        when grouping({{ column }}) = 0 then {{ column }}
        {%- endfor %}
        else '{{ all_label }}'
    end as breakdown
{%- endmacro %}

{#- The columns every published file begins with. `area` is the area's row of the seed. One file publishes Inner and
    Outer London as regions (`split_london`). -#}
{% macro preview_geography(period, identifier, split_london=false) -%}
    {%- set region = 'split_region' if split_london else 'region' -%}
    '{{ period }}' as time_period,
    '{{ identifier }}' as time_identifier,
    'Local authority' as geographic_level,
    'E92000001' as country_code,
    'England' as country_name,
    area.{{ region }}_code as region_code,
    area.{{ region }}_name as region_name,
    area.new_la_code,
    area.old_la_code,
    area.la_name
{%- endmacro %}

{#- Counts as the published files print them. -#}
{% macro preview_values(columns) -%}
    {%- for column in columns %}
    cast(counted.{{ column }} as varchar) as {{ column }}{{ "," if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#- A percentage as published: one decimal, no trailing nought, x where there is nothing to divide by. The division comes
    before the multiplication, which decides ties (41 of 80 is published as 51.2). `x_when_none`: the annual review file
    also prints x for a numerator of nought. Met by all published cells of 2025. -#}
{% macro preview_percent(numerator, denominator, x_when_none=false) -%}
    case
        when {{ denominator }} = 0 {%- if x_when_none %} or {{ numerator }} = 0 {%- endif %} then 'x'
        else format('{:g}', round({{ numerator }} / ({{ denominator }}) * 100, 1))
    end
{%- endmacro %}
