/*
id: SEN2-D28
severity: error
from: 2023
family: dates
message: The person entered the setting after the day the return was made.
items: ["EntryDate"]
owner: ehc_casework
*/
select 'placement_detail' as module, placementdetailtableid as record_key, 'EntryDate' as item
from returns.sen2_placement_detail
where entrydate > return_day()
