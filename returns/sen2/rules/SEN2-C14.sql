/*
id: SEN2-C14
severity: error
from: 2023
family: cross_item
message: The plan is said to have come from another LA, but the code is that of the council itself.
items: ["TransferLA", "LEA"]
owner: ehc_casework
*/
select 'active_plans' as module, activeplanstableid as record_key, 'TransferLA' as item
from returns.sen2_active_plans
where transferla = (select max(lea) from returns.sen2_header)
