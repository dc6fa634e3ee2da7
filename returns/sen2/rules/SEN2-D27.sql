/*
id: SEN2-D27
severity: query
from: 2023
family: dates
message: The person enters the setting after census day.
items: ["EntryDate"]
owner: ehc_casework
*/
select 'placement_detail' as module, placementdetailtableid as record_key, 'EntryDate' as item
from returns.sen2_placement_detail
where entrydate > census_day() and entrydate <= return_day()
