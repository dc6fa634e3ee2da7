/*
id: SEN2-D19
severity: error
from: 2023
family: code
message: The rank of the placement is missing or neither 1 nor 2.
items: ["PlacementRank"]
owner: ehc_casework
*/
select 'placement_detail' as module, placementdetailtableid as record_key, 'PlacementRank' as item
from returns.sen2_placement_detail
where placementrank is null or placementrank not in (1, 2)
