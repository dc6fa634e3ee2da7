/*
id: SEN2-D11
severity: error
from: 2023
message: A code of the placement (residential, work-based learning) is not in the list.
items: ["Res", "WBP"]
owner: ehc_casework
*/
select 'placement_detail' as module, placementdetailtableid as record_key, 'Res' as item
from returns.sen2_placement_detail
where not blank(res) and res not in (select code from sen2_code where list = 'residential')
union all
select 'placement_detail' as module, placementdetailtableid as record_key, 'WBP' as item
from returns.sen2_placement_detail
where not blank(wbp) and wbp not in (select code from sen2_code where list = 'work_based')
