/*
id: SEN2-P08
severity: query
from: 2023
family: presence
message: The post code is blank; explain why it cannot be had.
items: ["PostCode"]
owner: ehc_casework
*/
select 'person' as module, persontableid as record_key, 'PostCode' as item
from returns.sen2_person
where blank(postcode)
