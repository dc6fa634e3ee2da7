/*
id: SEN2-P47
severity: query
from: 2023
family: format
message: A name begins or ends with a blank.
items: ["Surname", "Forename"]
owner: ehc_casework
*/
select 'person' as module, persontableid as record_key, 'Surname' as item
from returns.sen2_person
where not blank(surname) and surname <> trim(surname)
union all
select 'person' as module, persontableid as record_key, 'Forename' as item
from returns.sen2_person
where not blank(forename) and forename <> trim(forename)
