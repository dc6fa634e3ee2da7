/*
id: SEN2-N03
severity: error
from: 2023
message: Organised arrangements or direct payments are given without a personal budget.
items: ["PB", "OA", "DP"]
owner: ehc_casework
*/
select 'named_plan' as module, namedplantableid as record_key, 'PB' as item
from returns.sen2_named_plan
where (oa = 1 or not blank(dp)) and coalesce(pb, 0) <> 1
