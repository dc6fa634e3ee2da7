/*
id: SEN2-P01
severity: error
from: 2023
family: presence
message: The surname is missing.
items: ["Surname"]
owner: ehc_casework
*/
select 'person' as module, persontableid as record_key, 'Surname' as item
from returns.sen2_person
where blank(surname)
