/*
id: SEN2-D16
severity: error
from: 2024
family: code
message: The code of work-based learning is not in the list.
items: ["WBP"]
owner: ehc_casework
*/
select 'placement_detail' as module, placementdetailtableid as record_key, 'WBP' as item
from returns.sen2_placement_detail
where not blank(wbp) and wbp not in (select code from sen2_code where list = 'work_based')
