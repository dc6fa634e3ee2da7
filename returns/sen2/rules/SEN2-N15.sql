/*
id: SEN2-N15
severity: query
from: 2023
family: cross_item
message: A personal budget was taken up, but neither organised arrangements nor direct payments are given.
items: ["PB", "OA", "DP"]
owner: ehc_casework
*/
select 'named_plan' as module, namedplantableid as record_key, 'PB' as item
from returns.sen2_named_plan
where pb = 1 and coalesce(oa, 0) = 0 and blank(dp)
