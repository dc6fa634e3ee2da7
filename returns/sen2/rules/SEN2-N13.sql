/*
id: SEN2-N13
severity: error
from: 2023
family: code
message: Whether the personal budget is by organised arrangements is neither 1 nor 0.
items: ["OA"]
owner: ehc_casework
*/
select 'named_plan' as module, namedplantableid as record_key, 'OA' as item
from returns.sen2_named_plan
where oa not in (0, 1)
