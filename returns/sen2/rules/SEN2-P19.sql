/*
id: SEN2-P19
severity: error
from: 2023
to: 2023
family: presence
message: The gender is missing.
items: ["GenderCurrent"]
owner: ehc_casework
*/
select 'person' as module, persontableid as record_key, 'GenderCurrent' as item
from returns.sen2_person
where blank(gendercurrent)
