/*
id: SEN2-P27
severity: error
from: 2023
family: check_digit
message: The UPN is filled with one digit over and over; it stands for not known.
items: ["UPN"]
owner: ehc_casework
*/
select 'person' as module, persontableid as record_key, 'UPN' as item
from returns.sen2_person
where upn_is_placeholder(upn)
