/*
id: SEN2-C31
severity: query
from: 2025
family: dates
message: The plan for a phase transfer was due before the period, or is due more than 18 months after census day.
items: ["PhaseTransferDueDate"]
owner: ehc_casework
*/
select 'active_plans' as module, activeplanstableid as record_key, 'PhaseTransferDueDate' as item
from returns.sen2_active_plans
where phasetransferduedate < period_start() or phasetransferduedate > census_day() + interval 18 month
