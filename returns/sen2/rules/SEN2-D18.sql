/*
id: SEN2-D18
severity: error
from: 2023
family: code
message: The rank of the setting named in the plan is missing or neither 1 nor 2.
items: ["PlacementRank"]
owner: ehc_casework
*/
select 'plan_detail' as module, plandetailtableid as record_key, 'PlacementRank' as item
from returns.sen2_plan_detail
where placementrank is null or placementrank not in (1, 2)
