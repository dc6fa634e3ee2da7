{#- Columns that several published tables share: plans by category of placement, and by primary need. -#}

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
