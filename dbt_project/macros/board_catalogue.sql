{#- One row of the board's catalogue: its place on the board and the texts of one indicator. -#}
{% macro board_catalogue_row(position, indicator) -%}
{%- set texts = [
    'indicator_id', 'title', 'definition', 'numerator', 'denominator', 'unit', 'direction', 'period_rule', 'statutory_basis',
    'source'
] -%}
select
    {{ position }} as position
    {%- for text in texts %},
    '{{ indicator[text] | replace("'", "''") }}' as {{ text }}
    {%- endfor %}
{%- endmacro %}
