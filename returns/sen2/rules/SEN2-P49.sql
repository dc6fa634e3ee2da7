/*
id: SEN2-P49
severity: query
from: 2023
family: cross_item
message: Surname and forename are the same.
items: ["Surname", "Forename"]
owner: ehc_casework
*/
select 'person' as module, persontableid as record_key, 'Surname' as item
from returns.sen2_person
where not blank(surname) and upper(trim(surname)) = upper(trim(forename))
