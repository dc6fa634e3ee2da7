/*
id: SEN2-P07
severity: error
from: 2023
family: code
message: The ethnicity code is not in the list.
items: ["Ethnicity"]
owner: ehc_casework
*/
select 'person' as module, persontableid as record_key, 'Ethnicity' as item
from returns.sen2_person
where not blank(ethnicity) and ethnicity not in (select code from sen2_code where list = 'ethnicity')
