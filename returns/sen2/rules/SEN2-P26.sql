/*
id: SEN2-P26
severity: query
from: 2023
family: check_digit
message: The UPN was given by a local authority that is not known.
items: ["UPN"]
owner: ehc_casework
*/
with unknown as (
    select persontableid, upn
    from returns.sen2_person
    anti join sen2_upn_la on substr(upn, 2, 3) = sen2_upn_la.code
)

select 'person' as module, persontableid as record_key, 'UPN' as item
from unknown
where upn_is_sound(upn) and not upn_is_placeholder(upn)
