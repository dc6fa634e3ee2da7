/*
id: SEN2-P48
severity: query
from: 2023
family: format
message: A name holds a digit.
items: ["Surname", "Forename"]
owner: ehc_casework
*/
select 'person' as module, persontableid as record_key, 'Surname' as item
from returns.sen2_person
where regexp_matches(surname, '[0-9]') and regexp_matches(surname, '\pL')
union all
select 'person' as module, persontableid as record_key, 'Forename' as item
from returns.sen2_person
where regexp_matches(forename, '[0-9]') and regexp_matches(forename, '\pL')
