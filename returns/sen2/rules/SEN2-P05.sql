/*
id: SEN2-P05
severity: error
from: 2023
family: cross_person
message: Two persons have the same UPN.
items: ["UPN"]
owner: ehc_casework
*/
select 'person' as module, persontableid as record_key, 'UPN' as item
from returns.sen2_person
where not blank(upn)
qualify count(*) over (partition by upper(trim(upn))) > 1
