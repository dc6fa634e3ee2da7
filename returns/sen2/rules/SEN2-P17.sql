/*
id: SEN2-P17
severity: error
from: 2024
family: presence
message: The sex is missing.
items: ["Sex"]
owner: ehc_casework
*/
select 'person' as module, persontableid as record_key, 'Sex' as item
from returns.sen2_person
where blank(sex)
