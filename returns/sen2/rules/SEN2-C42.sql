/*
id: SEN2-C42
severity: error
from: 2023
to: 2023
family: code
message: The code of the residential setting is not in the list.
items: ["Res"]
owner: ehc_casework
*/
select 'active_plans' as module, activeplanstableid as record_key, 'Res' as item
from returns.sen2_active_plans
where not blank(res) and res not in (select code from sen2_code where list = 'residential')
