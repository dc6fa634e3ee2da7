/*
id: SEN2-D36
severity: query
from: 2023
family: cross_module
message: The plan ceased in the period, but no placement is recorded for it.
items: ["EntryDate", "CeaseDate"]
owner: ehc_casework
*/
select 'active_plans' as module, activeplanstableid as record_key, 'EntryDate' as item
from sen2_active
anti join returns.sen2_placement_detail using (activeplanstableid)
where ceasedate between period_start() and period_end()
