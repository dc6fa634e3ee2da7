/*
id: SEN2-C33
severity: query
from: 2023
family: cross_module
message: The plan ceased after the period and before census day, so its active plan record is not due.
items: ["CeaseDate"]
owner: ehc_casework
*/
select 'active_plans' as module, activeplanstableid as record_key, 'CeaseDate' as item
from sen2_active
where ceasedate > period_end() and ceasedate < census_day()
