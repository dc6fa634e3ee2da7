/*
id: SEN2-P30
severity: error
from: 2023
family: cross_item
message: The UPN holds a ULN.
items: ["UPN"]
owner: ehc_casework
*/
select 'person' as module, persontableid as record_key, 'UPN' as item
from returns.sen2_person
where length(upn) = 10 and uln_is_sound(upn)
