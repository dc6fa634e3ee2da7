/*
id: SEN2-P03
severity: error
from: 2023
family: cross_item
message: A reason for having no UPN or ULN is given beside one of them.
items: ["UPNunknown", "UPN", "UniqueLearnerNumber"]
owner: ehc_casework
*/
select 'person' as module, persontableid as record_key, 'UPNunknown' as item
from returns.sen2_person
where not blank(upnunknown) and not (blank(upn) and blank(uniquelearnernumber))
