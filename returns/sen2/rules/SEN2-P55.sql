/*
id: SEN2-P55
severity: error
from: 2023
family: format
message: A name is longer than 100 characters.
items: ["Surname", "Forename"]
owner: ehc_casework
*/
select 'person' as module, persontableid as record_key, 'Surname' as item
from returns.sen2_person
where length(surname) > 100
union all
select 'person' as module, persontableid as record_key, 'Forename' as item
from returns.sen2_person
where length(forename) > 100
