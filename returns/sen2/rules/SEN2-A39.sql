/*
id: SEN2-A39
severity: query
from: 2023
family: cross_module
message: Mediation or an appeal on other matters is recorded, but there is no plan it could be about.
items: ["OtherMediation", "OtherTribunal", "StartDate"]
owner: ehc_casework
*/
select distinct
    'assessment' as module,
    assessmenttableid as record_key,
    case when othermediation = 1 then 'OtherMediation' else 'OtherTribunal' end as item
from sen2_case
where namedplantableid is null and (othermediation = 1 or othertribunal = 1)
