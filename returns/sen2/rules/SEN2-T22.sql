/*
id: SEN2-T22
severity: query
from: 2023
family: totals
message: Many plans held on census day are given as having come from another LA in the period.
items: ["TransferLA"]
owner: ehc_casework
brings_detail: true
*/
with counted as (
    select
        count(*) filter (not blank(transferla)) as part,
        count(*) as whole
    from sen2_active
    where in_force
)

select
    'header' as module,
    'header' as record_key,
    'TransferLA' as item,
    part || ' of ' || whole as detail
from counted
where too_many(part, whole, most_moved_in())
