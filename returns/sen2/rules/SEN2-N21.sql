/*
id: SEN2-N21
severity: error
from: 2023
family: dates
message: The plan started before the person was born.
items: ["StartDate", "PersonBirthDate"]
owner: ehc_casework
*/
select 'named_plan' as module, namedplantableid as record_key, 'StartDate' as item
from sen2_plan
where startdate < personbirthdate
