/*
id: SEN2-T23
severity: query
from: 2023
family: totals
message: Many requests are given as exported to another LA.
items: ["Exported"]
owner: ehc_casework
brings_detail: true
*/
with counted as (
    select
        count(*) filter (not blank(exported)) as part,
        count(*) as whole
    from returns.sen2_requests
    where requestoutcome <> 'H'
)

select
    'header' as module,
    'header' as record_key,
    'Exported' as item,
    part || ' of ' || whole as detail
from counted
where too_many(part, whole, most_exported())
