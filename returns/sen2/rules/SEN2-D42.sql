/*
id: SEN2-D42
severity: query
from: 2024
family: cross_item
message: The placement is residential, but its setting is home education, an early years provider or not in education.
items: ["Res", "SENSetting"]
owner: ehc_casework
*/
select 'placement_detail' as module, placementdetailtableid as record_key, 'Res' as item
from returns.sen2_placement_detail
where not blank(res) and sensetting in ('EHE', 'EYP', 'NEET', 'NIEC', 'NIEO')
