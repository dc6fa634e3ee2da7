/*
id: SEN2-P20
severity: error
from: 2023
to: 2023
family: code
message: The gender code is not in the list.
items: ["GenderCurrent"]
owner: ehc_casework
*/
select 'person' as module, persontableid as record_key, 'GenderCurrent' as item
from returns.sen2_person
where not blank(gendercurrent) and gendercurrent not in (select code from sen2_code where list = 'gender')
