/*
id: SEN2-C10
severity: error
from: 2023
family: presence
message: The date the person entered the setting is missing.
items: ["EntryDate"]
owner: ehc_casework
*/
select 'placement_detail' as module, placementdetailtableid as record_key, 'EntryDate' as item
from returns.sen2_placement_detail
where entrydate is null
