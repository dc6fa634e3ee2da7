/*
id: SEN2-N04
severity: error
from: 2023
message: The settings named in a plan must be ranked 1, or 1 and 2.
items: ["PlacementRank"]
owner: ehc_casework
*/
select 'named_plan' as module, namedplantableid as record_key, 'PlacementRank' as item
from returns.sen2_plan_detail
group by namedplantableid
having
    count(*) filter (placementrank = 1) <> 1
    or count(*) filter (placementrank = 2) > 1
    or count(*) filter (placementrank is null or placementrank not in (1, 2)) > 0
