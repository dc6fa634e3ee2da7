/*
id: SEN2-P16
severity: error
from: 2023
family: presence
message: The date of birth is missing.
items: ["PersonBirthDate"]
owner: ehc_casework
*/
select 'person' as module, persontableid as record_key, 'PersonBirthDate' as item
from returns.sen2_person
where personbirthdate is null
