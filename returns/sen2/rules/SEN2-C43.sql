/*
id: SEN2-C43
severity: error
from: 2023
to: 2023
family: code
message: The code of work-based learning is not in the list.
items: ["WBP"]
owner: ehc_casework
*/
select 'active_plans' as module, activeplanstableid as record_key, 'WBP' as item
from returns.sen2_active_plans
where not blank(wbp) and wbp not in (select code from sen2_code where list = 'work_based')
