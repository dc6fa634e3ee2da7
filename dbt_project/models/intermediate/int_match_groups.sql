-- One row a record that is joined with another. Only torn components are walked again.
{%- set mended = "(select left_record, right_record from " ~ ref('int_match_links')
    ~ " where is_in_torn_component and is_kept)" %}
with torn as (
    select distinct component
    from {{ ref('int_match_opponents') }}
),

mended as (
    {{ match_components(mended) | indent(4) }} -- noqa
)

select
    components.record_no,
    components.component
from {{ ref('int_match_components') }} as components
left join torn on components.component = torn.component
where torn.component is null
union all
select
    record_no,
    component
from mended
