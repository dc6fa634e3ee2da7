/*
id: SEN2-D43
severity: query
from: 2024
family: cross_item
message: The placement is work-based learning, but the person is said not to be in education or training.
items: ["WBP", "SENSetting"]
owner: ehc_casework
*/
select 'placement_detail' as module, placementdetailtableid as record_key, 'WBP' as item
from returns.sen2_placement_detail
where not blank(wbp) and sensetting in ('NEET', 'NIEC', 'NIEO')
