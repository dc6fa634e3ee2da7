/*
id: SEN2-N12
severity: error
from: 2023
family: code
message: The code of the direct payments is not in the list.
items: ["DP"]
owner: ehc_casework
*/
select 'named_plan' as module, namedplantableid as record_key, 'DP' as item
from returns.sen2_named_plan
where not blank(dp) and dp not in (select code from sen2_code where list = 'direct_payments')
