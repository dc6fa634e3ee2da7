/*
id: SEN2-P25
severity: error
from: 2023
family: format
message: The UPN holds characters that do not belong where they stand.
items: ["UPN"]
owner: ehc_casework
*/
select 'person' as module, persontableid as record_key, 'UPN' as item
from returns.sen2_person
where length(upn) = 13 and not upn_is_written(upn) and not upn_is_placeholder(upn)
