/*
id: SEN2-P09
severity: error
from: 2023
family: age_scope
message: The date of birth gives an age outside 0 to 25 during the collection period.
items: ["PersonBirthDate"]
owner: ehc_casework
*/
select 'person' as module, persontableid as record_key, 'PersonBirthDate' as item
from returns.sen2_person
where personbirthdate > census_day() or age_on(personbirthdate, period_start()) > 25
