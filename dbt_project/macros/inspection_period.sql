{#- The day the child-level lists of an area inspection are of, and the first day of the six months up to it. -#}
{% macro inspection_day() -%} date '{{ var("as_of") }}' {%- endmacro %}
{% macro inspection_period_start() -%} (({{ inspection_day() }} - interval 6 month)::date + 1) {%- endmacro %}

{#- Whether a date lies in those six months; NULL dates do not. -#}
{% macro inspection_in_period(date_column) -%}
coalesce({{ date_column }} between {{ inspection_period_start() }} and {{ inspection_day() }}, false)
{%- endmacro %}

{#- Whether something with these first and last days lasts on that day; a blank day leaves that end open. -#}
{% macro inspection_lasts(first_day, last_day) -%}
coalesce({{ first_day }} <= {{ inspection_day() }}, true) and coalesce({{ last_day }} >= {{ inspection_day() }}, true)
{%- endmacro %}

{#- The id of a child in the lists: a keyed digest of a use of its own, so that a list that has left the council cannot be
    joined with what analysts hold. The same child has the same one in both lists and every night. -#}
{% macro inspection_unique_id(key) -%} {{ pseudonym_keyed(key, 'inspection person', 20) }} {%- endmacro %}

{#- Phase of a setting in the code of the school census, with FE for colleges: by type of establishment where that
    settles it, else by the phase GIAS gives. NULL for a phase the lists have no letter for (16 plus, not applicable). -#}
{% macro inspection_phase(setting) -%}
case
    when {{ setting }}.setting_group in ('{{ setting_totals().special_total | join("', '") }}') then 'SP'
    when {{ setting }}.setting_group in ('{{ setting_totals().ap_pru_total | join("', '") }}') then 'PR'
    when {{ setting }}.setting_group in ('{{ setting_totals().fe_total | join("', '") }}') then 'FE'
    when {{ setting }}.phase_name = 'Nursery' then 'NS'
    when {{ setting }}.phase_name = 'Primary' then 'PS'
    when {{ setting }}.phase_name = 'Middle deemed primary' then 'MP'
    when {{ setting }}.phase_name = 'Middle deemed secondary' then 'MS'
    when {{ setting }}.phase_name = 'Secondary' then 'SS'
    when {{ setting }}.phase_name = 'All-through' then 'AT'
end
{%- endmacro %}
