/*
id: SEN2-G10
severity: query
from: 2024
family: gias
message: The placement is residential, but the setting is a mainstream school maintained by the LA.
items: ["Res", "URN"]
owner: ehc_casework
needs: [gias]
*/
select 'placement_detail' as module, placement.placementdetailtableid as record_key, 'Res' as item
from returns.sen2_placement_detail as placement
inner join facts.dim_setting as setting on trim(placement.urn) = setting.urn
where not blank(placement.res) and setting.type_code in ('01', '02', '03', '05', '15')
