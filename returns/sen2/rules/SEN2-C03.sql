/*
id: SEN2-C03
severity: error
from: 2023
family: dates
message: The person left the setting before entering it.
items: ["LeavingDate", "EntryDate"]
owner: ehc_casework
*/
select 'placement_detail' as module, placementdetailtableid as record_key, 'LeavingDate' as item
from returns.sen2_placement_detail
where leavingdate < entrydate
