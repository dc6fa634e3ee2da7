/*
id: SEN2-D11
severity: error
from: 2024
family: code
message: The code of the residential setting is not in the list.
items: ["Res"]
owner: ehc_casework
*/
select 'placement_detail' as module, placementdetailtableid as record_key, 'Res' as item
from returns.sen2_placement_detail
where not blank(res) and res not in (select code from sen2_code where list = 'residential')
