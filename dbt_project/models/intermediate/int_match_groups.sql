-- One row a record that is joined with another. Only torn components are walked again.
with whole as (
    select record_no, component
    from {{ ref('int_match_components') }}
    where component not in (select component from {{ ref('int_match_opponents') }})
),

mended as (
    {{ match_components("(select left_record, right_record from " ~ ref('int_match_links') ~ " where is_in_torn_component and is_kept)") | indent(4) }}
)

select record_no, component from whole
union all
select record_no, component from mended
