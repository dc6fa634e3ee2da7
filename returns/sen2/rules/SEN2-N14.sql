/*
id: SEN2-N14
severity: error
from: 2023
family: presence
message: It is not said whether a personal budget was taken up.
items: ["PB"]
owner: ehc_casework
*/
select 'named_plan' as module, namedplantableid as record_key, 'PB' as item
from returns.sen2_named_plan
where pb is null
