/*
id: SEN2-N03
severity: error
from: 2023
family: cross_item
message: Organised arrangements or direct payments are given, but the personal budget is said not to be taken up.
items: ["PB", "OA", "DP"]
owner: ehc_casework
*/
-- a budget that is not said at all, or neither 1 nor 0, is named by the rules of the item itself
select 'named_plan' as module, namedplantableid as record_key, 'PB' as item
from returns.sen2_named_plan
where pb = 0 and (oa = 1 or not blank(dp))
