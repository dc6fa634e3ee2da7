/*
id: SEN2-D32
severity: error
from: 2023
family: cardinality
message: Two primary placements of one plan are in force on census day.
items: ["PlacementRank", "EntryDate", "LeavingDate"]
owner: ehc_casework
*/
-- the same stay given twice is named by a rule of its own
select 'active_plans' as module, activeplanstableid as record_key, 'PlacementRank' as item
from sen2_stay_of_several
where placementrank = 1 and on_census_day
group by activeplanstableid
having count(distinct (setting_key, entrydate)) > 1
