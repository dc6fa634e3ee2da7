/*
id: SEN2-P26
severity: query
from: 2023
family: check_digit
message: The UPN was given by a local authority that is not known.
items: ["UPN"]
owner: ehc_casework
*/
select 'person' as module, persontableid as record_key, 'UPN' as item
from returns.sen2_person
where upn_is_sound(upn) and not upn_is_placeholder(upn) and substr(upn, 2, 3) not in (select code from sen2_upn_la)
