{#- Casts of staging. The contract of the feed has already refused values that do not fit, so a NULL here means that
    the source gave nothing. -#}

{#- A date of a source column in the format its contract gives. -#}
{% macro text_date(column, format='%Y-%m-%d') -%}
    cast(try_strptime({{ column }}, '{{ format }}') as date)
{%- endmacro %}

{#- A code in the one spelling that code lists use: no blanks around it, upper case. An unknown code stays itself. -#}
{% macro text_code(column) -%}
    upper(trim({{ column }}))
{%- endmacro %}

{#- A whole number (also a 1/0 flag). -#}
{% macro text_integer(column) -%}
    try_cast({{ column }} as integer)
{%- endmacro %}
