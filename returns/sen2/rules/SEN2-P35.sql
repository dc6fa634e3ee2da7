/*
id: SEN2-P35
severity: query
from: 2023
family: age_scope
message: A child under 13 has a ULN, which is given from year 9 or 10 on.
items: ["UniqueLearnerNumber", "PersonBirthDate"]
owner: ehc_casework
*/
select 'person' as module, persontableid as record_key, 'UniqueLearnerNumber' as item
from returns.sen2_person
where not blank(uniquelearnernumber) and age_on(personbirthdate, census_day()) < 13
