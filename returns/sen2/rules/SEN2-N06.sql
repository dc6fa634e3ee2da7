/*
id: SEN2-N06
severity: error
from: 2023
family: code
message: The code of the residential setting named in the plan is not in the list.
items: ["PlanRes"]
owner: ehc_casework
*/
select 'named_plan' as module, namedplantableid as record_key, 'PlanRes' as item
from returns.sen2_named_plan
where not blank(planres) and planres not in (select code from sen2_code where list = 'residential')
