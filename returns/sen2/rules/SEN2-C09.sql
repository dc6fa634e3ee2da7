/*
id: SEN2-C09
severity: error
from: 2023
family: format
message: The LA the plan came from is neither a three-digit code nor XXX.
items: ["TransferLA"]
owner: ehc_casework
*/
select 'active_plans' as module, activeplanstableid as record_key, 'TransferLA' as item
from returns.sen2_active_plans
where not blank(transferla) and not regexp_full_match(transferla, '[0-9]{3}|XXX')
