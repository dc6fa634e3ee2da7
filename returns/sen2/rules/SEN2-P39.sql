/*
id: SEN2-P39
severity: query
from: 2023
family: gias
message: The person is said never to have been in a state-funded school here, but attends one.
items: ["UPNunknown", "URN"]
owner: ehc_casework
needs: [gias]
*/
select distinct 'person' as module, sen2_case.persontableid as record_key, 'UPNunknown' as item
from sen2_case
inner join returns.sen2_placement_detail as placement using (activeplanstableid)
inner join facts.dim_setting as setting on placement.urn = setting.urn
where
    sen2_case.upnunknown = 'UN2'
    and (placement.leavingdate is null or placement.leavingdate >= census_day())
    -- maintained schools, academies and free schools
    and setting.type_code in ('01', '02', '03', '05', '07', '12', '28', '33', '34', '35', '36')
