/*
id: SEN2-D46
severity: error
from: 2023
family: cardinality
message: The same placement (setting, rank and date of entry) is given twice.
items: ["URN", "EntryDate"]
owner: ehc_casework
*/
select 'placement_detail' as module, placementdetailtableid as record_key, 'EntryDate' as item
from sen2_stay_of_several
where setting_key is not null and entrydate is not null
qualify
    row_number() over (
        partition by activeplanstableid, setting_key, placementrank, entrydate order by placementdetailtableid
    ) > 1
