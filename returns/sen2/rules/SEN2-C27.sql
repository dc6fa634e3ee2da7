/*
id: SEN2-C27
severity: error
from: 2025
family: dates
message: The final plan for a phase transfer is dated after the day the return was made.
items: ["PhaseTransferFinalDate"]
owner: ehc_casework
*/
select 'active_plans' as module, activeplanstableid as record_key, 'PhaseTransferFinalDate' as item
from returns.sen2_active_plans
where phasetransferfinaldate > return_day()
