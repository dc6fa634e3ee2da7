/*
id: SEN2-N11
severity: error
from: 2023
family: code
message: The code of work-based learning named in the plan is not in the list.
items: ["PlanWBP"]
owner: ehc_casework
*/
select 'named_plan' as module, namedplantableid as record_key, 'PlanWBP' as item
from returns.sen2_named_plan
where not blank(planwbp) and planwbp not in (select code from sen2_code where list = 'work_based')
