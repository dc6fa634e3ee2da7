/*
id: SEN2-N04
severity: error
from: 2023
family: cardinality
message: The settings named in a plan must be ranked 1, or 1 and 2.
items: ["PlacementRank"]
owner: ehc_casework
*/
-- a rank that is no rank, and a third setting, are named by rules of their own
select 'named_plan' as module, namedplantableid as record_key, 'PlacementRank' as item
from returns.sen2_plan_detail
group by namedplantableid
having
    count(*) <= 2
    and bool_and(coalesce(placementrank in (1, 2), false))
    and count(*) filter (placementrank = 1) <> 1
