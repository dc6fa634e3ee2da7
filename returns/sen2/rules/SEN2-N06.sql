/*
id: SEN2-N06
severity: error
from: 2023
message: A code of the plan (residential, work-based learning, direct payments) is not in the list.
items: ["PlanRes", "PlanWBP", "DP"]
owner: ehc_casework
*/
select 'named_plan' as module, namedplantableid as record_key, 'PlanRes' as item
from returns.sen2_named_plan
where not blank(planres) and planres not in (select code from sen2_code where list = 'residential')
union all
select 'named_plan' as module, namedplantableid as record_key, 'PlanWBP' as item
from returns.sen2_named_plan
where not blank(planwbp) and planwbp not in (select code from sen2_code where list = 'work_based')
union all
select 'named_plan' as module, namedplantableid as record_key, 'DP' as item
from returns.sen2_named_plan
where not blank(dp) and dp not in (select code from sen2_code where list = 'direct_payments')
