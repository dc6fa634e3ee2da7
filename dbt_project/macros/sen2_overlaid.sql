{#- One module of the return: what the facts say (sen2_prepared_<module>) with the corrections laid over, and nothing in
    the items the collection does not ask for.

    Which columns are items is written in the contract (meta.item). Which of them the collection asks for comes from its
    definition as var sen2_items, {module: [columns]}; without it (a dbt run by hand) the items of all years are shown.
    A correction holds as long as the source still says what it corrects; once the source says something else,
    sen2_correction_state tells whether it is no longer needed or has to be looked at again. -#}
{% macro sen2_overlaid(module) -%}
{%- set prepared = ref('sen2_prepared_' ~ module) -%}
{%- set corrections = source('overlay', 'correction') -%}
{%- set columns = sen2_columns(module) -%}
{%- set asked = var('sen2_items', {}).get(module) -%}
with prepared as (

    select * from {{ prepared }}

),

corrections as (

    select
        record_key,
        map_from_entries(
            list({'k': column_name, 'v': {'was': was, 'value': value}} order by column_name)
        ) as by_column
    from {{ corrections }}
    where module = '{{ module }}'
    group by record_key

)

select
    {%- for column in columns.values() %}
    {%- set name = column.name %}
    {%- set item = column.config.get('meta', {}).get('item') or column.get('meta', {}).get('item') %}
    {%- if item and asked is not none and name not in asked %}
    cast(null as {{ column.data_type }}) as {{ name }}
    {%- elif item %}
    case
        when
            map_contains(corrections.by_column, '{{ name }}')
            and (
                struct_extract(corrections.by_column['{{ name }}'], 'was')
                is not distinct from cast(prepared.{{ name }} as varchar)
            )
            then try_cast(
                struct_extract(corrections.by_column['{{ name }}'], 'value') as {{ column.data_type }}
            )
        else prepared.{{ name }}
    end as {{ name }}
    {%- else %}
    prepared.{{ name }}
    {%- endif %}
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
from prepared
left join corrections on {{ sen2_prepared_key(module, 'prepared') }} = corrections.record_key
{%- endmacro %}

{#- The columns of a module as its contract lists them; empty while dbt only parses. -#}
{% macro sen2_columns(module) -%}
    {%- if not execute -%}{{ return({}) }}{%- endif -%}
    {{ return(graph.nodes['model.send.sen2_' ~ module].columns) }}
{%- endmacro %}

{#- The key of a record of `sen2_prepared_<module>` by which a correction names it: the module's name
    without underscores and `tableid`; the header, of which there is one, is called by its name. -#}
{% macro sen2_prepared_key(module, record='record') -%}
    {%- if module == 'header' -%}
        '{{ module }}'
    {%- else -%}
        {{ record }}.{{ module | replace('_', '') }}tableid
    {%- endif -%}
{%- endmacro %}
