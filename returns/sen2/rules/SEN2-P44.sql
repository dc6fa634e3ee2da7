/*
id: SEN2-P44
severity: query
from: 2023
family: format
message: A name holds no letter.
items: ["Surname", "Forename"]
owner: ehc_casework
*/
select 'person' as module, persontableid as record_key, 'Surname' as item
from returns.sen2_person
where not blank(surname) and not regexp_matches(surname, '\pL')
union all
select 'person' as module, persontableid as record_key, 'Forename' as item
from returns.sen2_person
where not blank(forename) and not regexp_matches(forename, '\pL')
