/*
id: SEN2-P21
severity: error
from: 2023
family: dates
message: The date of birth is after census day.
items: ["PersonBirthDate"]
owner: ehc_casework
*/
select 'person' as module, persontableid as record_key, 'PersonBirthDate' as item
from returns.sen2_person
where personbirthdate > census_day()
