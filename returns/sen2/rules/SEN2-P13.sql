/*
id: SEN2-P13
severity: error
from: 2023
family: code
message: The reason for having no UPN or ULN is not in the list.
items: ["UPNunknown"]
owner: ehc_casework
*/
select 'person' as module, persontableid as record_key, 'UPNunknown' as item
from returns.sen2_person
where not blank(upnunknown) and upnunknown not in (select code from sen2_code where list = 'upn_unknown')
