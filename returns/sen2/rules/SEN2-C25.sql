/*
id: SEN2-C25
severity: error
from: 2025
family: cross_item
message: A final plan for a phase transfer is given, but not when it was due.
items: ["PhaseTransferDueDate", "PhaseTransferFinalDate"]
owner: ehc_casework
*/
select 'active_plans' as module, activeplanstableid as record_key, 'PhaseTransferDueDate' as item
from returns.sen2_active_plans
where phasetransferfinaldate is not null and phasetransferduedate is null
