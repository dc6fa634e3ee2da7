{#- Pieces of the preview of the published tables. A preview model counts once over GROUPING SETS: one set for the
    'All' row and one a breakdown. `topics` maps a label column to the published breakdown topic. -#}

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

{#- Label of an age: `first` and `last` are the ages of the open bands. -#}
{% macro preview_age_label(age, prefix='age ', first=2, last=20, below='age 2 and under', above='age 20 and over', unknown='unknown') -%}
    case
        when {{ age }} is null then '{{ unknown }}'
        when {{ age }} <= {{ first }} then '{{ below }}'
        when {{ age }} >= {{ last }} then '{{ above }}'
        else '{{ prefix }}' || {{ age }}
    end
{%- endmacro %}

{#- Label of whole years, from 'less than a year' to twelve and more. -#}
{% macro preview_years_label(years, under='Less than a year', one='', more='', twelve='12 or more') -%}
    case
        when {{ years }} <= 0 then '{{ under }}'
        when {{ years }} >= 12 then '{{ twelve }}'
        when {{ years }} = 1 then '1{{ one }}'
        else {{ years }} || '{{ more }}'
    end
{%- endmacro %}

{#- Counts of plans by category of placement (for the CTE that counts). -#}
{% macro preview_placement_counts(category) -%}
    {%- for total, categories in setting_totals().items() %}
    {%- for name in categories %}
    count(*) filter (where {{ category }} = '{{ name }}') as {{ name }},
    {%- endfor %}
    count(*) filter (where {{ category }} in ('{{ categories | join("', '") }}')) as {{ total }},
    {%- endfor %}
    count(*) filter (where {{ category }} = 'nm_early_years') as nm_early_years,
    count(*) filter (where {{ category }} = 'placement_unknown') as placement_unknown
{%- endmacro %}

{#- The same counts and their percentages of `whole` in the published order; `unavailable` categories are printed as x
    but stay in the totals, as published. -#}
{% macro preview_placement_values(whole, unavailable=[]) -%}
    {%- for total, categories in setting_totals().items() %}
    {%- for name in categories %}
    {% if name in unavailable %}'x'{% else %}cast(counted.{{ name }} as varchar){% endif %} as {{ name }},
    {%- endfor %}
    cast(counted.{{ total }} as varchar) as {{ total }},
    {{ preview_percent('counted.' ~ total, 'counted.' ~ whole) }}
        as {% if total == 'ap_pru_total' %}"AP_PRU_total_pc"{% else %}{{ total }}_pc{% endif %},
    {%- endfor %}
    cast(counted.nm_early_years as varchar) as nm_early_years,
    {{ preview_percent('counted.nm_early_years', 'counted.' ~ whole) }} as nm_early_years_pc,
    cast(counted.placement_unknown as varchar) as placement_unknown,
    {{ preview_percent('counted.placement_unknown', 'counted.' ~ whole) }} as placement_unknown_pc,
    'x' as await_prov_2022,
    'x' as perm_ex_2022
{%- endmacro %}

{#- Published label of a sex code. -#}
{% macro preview_sex_label(sex, gender) -%}
    case
        when {{ sex }} = 'F' or {{ gender }} = '2' then 'Female'
        when {{ sex }} = 'M' or {{ gender }} = '1' then 'Male'
        else 'Unknown'
    end
{%- endmacro %}

{#- Counts of plans by primary need, and the same with their percentages as published. -#}
{% macro preview_needs() -%}
    {{ return([
        'asd', 'hi', 'mld', 'msi', 'oth', 'pd', 'pmld', 'semh', 'slcn', 'sld', 'spld', 'vi',
    ]) }}
{%- endmacro %}

{% macro preview_need_counts(need) -%}
    {%- for name in preview_needs() %}
    count(*) filter (where {{ need }} = '{{ name }}') as number_{{ name }},
    {%- endfor %}
    count(*) filter (where {{ need }} = 'need_unknown') as number_need_unknown
{%- endmacro %}

{% macro preview_need_values() -%}
    {%- for name in preview_needs() + ['need_unknown'] %}
    cast(counted.number_{{ name }} as varchar) as number_{{ name }},
    {%- endfor %}
    {%- for name in preview_needs() %}
    {{ preview_percent('counted.number_' ~ name, 'counted.ehc_plans') }} as {{ name }}_pc,
    {%- endfor %}
    {{ preview_percent('counted.number_need_unknown', 'counted.ehc_plans') }} as unknown_pc
{%- endmacro %}

{#- Published words for Y, N and R of a designated officer; blank is published as not returned. -#}
{% macro preview_officer(code) -%}
    case {{ code }} when 'Y' then 'Yes' when 'N' then 'No' when 'R' then 'Recruiting' else 'Not returned' end
{%- endmacro %}
