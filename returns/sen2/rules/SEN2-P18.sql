/*
id: SEN2-P18
severity: error
from: 2023
family: presence
message: The ethnicity is missing.
items: ["Ethnicity"]
owner: ehc_casework
*/
select 'person' as module, persontableid as record_key, 'Ethnicity' as item
from returns.sen2_person
where blank(ethnicity)
