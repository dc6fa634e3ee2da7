/*
id: SEN2-C26
severity: query
from: 2025
family: dates
message: The date the plan for a phase transfer is due is neither 15 February nor 31 March.
items: ["PhaseTransferDueDate"]
owner: ehc_casework
*/
select 'active_plans' as module, activeplanstableid as record_key, 'PhaseTransferDueDate' as item
from returns.sen2_active_plans
where strftime(phasetransferduedate, '%m-%d') not in ('02-15', '03-31')
