/*
id: SEN2-P04
severity: error
from: 2023
family: check_digit
message: The UPN is not written as a UPN, or its check letter is wrong.
items: ["UPN"]
owner: ehc_casework
*/
select 'person' as module, persontableid as record_key, 'UPN' as item
from returns.sen2_person
where not blank(upn) and not upn_is_sound(upn)
