/*
id: SEN2-P04
severity: error
from: 2023
family: check_digit
message: The check letter of the UPN is wrong.
items: ["UPN"]
owner: ehc_casework
*/
select 'person' as module, persontableid as record_key, 'UPN' as item
from returns.sen2_person
where upn_is_written(upn) and not upn_is_placeholder(upn) and upn[1] <> upn_check_letter(upn)
