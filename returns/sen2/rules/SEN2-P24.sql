/*
id: SEN2-P24
severity: error
from: 2023
family: format
message: The UPN is not 13 characters long.
items: ["UPN"]
owner: ehc_casework
*/
select 'person' as module, persontableid as record_key, 'UPN' as item
from returns.sen2_person
where not blank(upn) and length(upn) <> 13 and not upn_is_placeholder(upn) and not uln_is_sound(upn)
