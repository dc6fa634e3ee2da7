/*
id: SEN2-C13
severity: error
from: 2023
family: code
message: The LA the plan came from is no LA of England.
items: ["TransferLA"]
owner: ehc_casework
*/
select 'active_plans' as module, activeplanstableid as record_key, 'TransferLA' as item
from returns.sen2_active_plans
where regexp_full_match(transferla, '[0-9]{3}') and transferla not in (select code from sen2_la)
