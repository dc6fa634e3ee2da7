/*
id: SEN2-C28
severity: query
from: 2025
family: dates
message: The final plan for a phase transfer is dated more than a year before it was due.
items: ["PhaseTransferFinalDate", "PhaseTransferDueDate"]
owner: ehc_casework
*/
select 'active_plans' as module, activeplanstableid as record_key, 'PhaseTransferFinalDate' as item
from returns.sen2_active_plans
where phasetransferfinaldate < phasetransferduedate - interval 1 year
