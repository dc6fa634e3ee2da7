/*
id: SEN2-P01
severity: error
from: 2023
family: presence
message: Surname, forename, date of birth, sex and ethnicity must all be given.
items: ["Surname", "Forename", "PersonBirthDate", "Sex", "Ethnicity"]
owner: ehc_casework
*/
select 'person' as module, persontableid as record_key, 'Surname' as item
from returns.sen2_person
where blank(surname)
union all
select 'person' as module, persontableid as record_key, 'Forename' as item
from returns.sen2_person
where blank(forename)
union all
select 'person' as module, persontableid as record_key, 'PersonBirthDate' as item
from returns.sen2_person
where personbirthdate is null
union all
select 'person' as module, persontableid as record_key, 'Sex' as item
from returns.sen2_person
where blank(sex)
union all
select 'person' as module, persontableid as record_key, 'Ethnicity' as item
from returns.sen2_person
where blank(ethnicity)
