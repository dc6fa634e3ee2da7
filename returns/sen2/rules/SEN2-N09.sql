/*
id: SEN2-N09
severity: error
from: 2023
family: code
message: Whether a personal budget was taken up is neither 1 nor 0.
items: ["PB"]
owner: ehc_casework
*/
select 'named_plan' as module, namedplantableid as record_key, 'PB' as item
from returns.sen2_named_plan
where pb not in (0, 1)
