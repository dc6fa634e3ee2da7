/*
id: SEN2-P11
severity: query
from: 2023
family: cross_person
message: Two persons have the same name and date of birth; are they the same child?
items: ["Surname", "Forename", "PersonBirthDate"]
owner: ehc_casework
*/
select 'person' as module, persontableid as record_key, 'Surname' as item
from returns.sen2_person
where not blank(surname) and not blank(forename) and personbirthdate is not null
qualify count(*) over (partition by upper(trim(surname)), upper(trim(forename)), personbirthdate) > 1
