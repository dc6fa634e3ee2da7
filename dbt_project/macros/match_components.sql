{#- Connected components by smallest label: takes the name of a relation of pairs (left_record, right_record) and gives a
    query with one row a record that is in any pair: record_no, component (the smallest record_no it is connected to).
    DuckDB's USING KEY keeps one row a record and only the last round's changes are joined again. -#}
{% macro match_components(pairs) -%}
with recursive

both_ways as (
    select left_record as from_record, right_record as to_record from {{ pairs }}
    union
    select right_record, left_record from {{ pairs }}
),

labelled (record_no, component) using key (record_no) as (
    select from_record, least(from_record, min(to_record)) from both_ways group by from_record
    union
    select both_ways.to_record, min(changed.component)
    from labelled as changed
    inner join both_ways on changed.record_no = both_ways.from_record
    inner join recurring.labelled as held on both_ways.to_record = held.record_no
    where changed.component < held.component
    group by both_ways.to_record
)

select record_no, component from labelled
{%- endmacro %}
