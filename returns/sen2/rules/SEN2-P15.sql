/*
id: SEN2-P15
severity: error
from: 2023
family: presence
message: The forename is missing.
items: ["Forename"]
owner: ehc_casework
*/
select 'person' as module, persontableid as record_key, 'Forename' as item
from returns.sen2_person
where blank(forename)
