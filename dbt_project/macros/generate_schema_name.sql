{#- Schemas are the folders' own names, whatever the target: one warehouse file is one area's, so no prefix is needed. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name | trim if custom_schema_name else target.schema }}
{%- endmacro %}
