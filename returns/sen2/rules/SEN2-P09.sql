/*
id: SEN2-P09
severity: error
from: 2023
family: age_scope
message: The person had turned 26 before the period began.
items: ["PersonBirthDate"]
owner: ehc_casework
*/
select 'person' as module, persontableid as record_key, 'PersonBirthDate' as item
from returns.sen2_person
where age_on(personbirthdate, period_start()) > 25
