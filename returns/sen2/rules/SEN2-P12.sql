/*
id: SEN2-P12
severity: error
from: 2023
family: code
message: The sex code is not in the list.
items: ["Sex"]
owner: ehc_casework
*/
select 'person' as module, persontableid as record_key, 'Sex' as item
from returns.sen2_person
where not blank(sex) and sex not in (select code from sen2_code where list = 'sex')
