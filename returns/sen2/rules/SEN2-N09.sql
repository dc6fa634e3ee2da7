/*
id: SEN2-N09
severity: error
from: 2023
message: A yes or no item of the plan is neither 1 nor 0.
items: ["PB", "OA"]
owner: ehc_casework
*/
select 'named_plan' as module, namedplantableid as record_key, 'PB' as item
from returns.sen2_named_plan
where pb not in (0, 1)
union all
select 'named_plan' as module, namedplantableid as record_key, 'OA' as item
from returns.sen2_named_plan
where oa not in (0, 1)
