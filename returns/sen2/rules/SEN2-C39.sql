/*
id: SEN2-C39
severity: error
from: 2023
family: cardinality
message: A secondary placement is in force on census day without a primary one.
items: ["PlacementRank"]
owner: ehc_casework
*/
-- a rank that is no rank is named by a rule of its own
select 'active_plans' as module, activeplanstableid as record_key, 'PlacementRank' as item
from sen2_stay
where in_force and on_census_day
group by activeplanstableid
having bool_and(coalesce(placementrank = 2, false))
