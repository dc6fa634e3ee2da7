/*
id: SEN2-D29
severity: error
from: 2023
family: dates
message: The person entered the setting before being born.
items: ["EntryDate", "PersonBirthDate"]
owner: ehc_casework
*/
select 'placement_detail' as module, placementdetailtableid as record_key, 'EntryDate' as item
from sen2_stay
where entrydate < personbirthdate
