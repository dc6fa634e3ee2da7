/*
id: SEN2-P02
severity: error
from: 2023
family: presence
message: There is no UPN and no ULN, and no reason why not.
items: ["UPN", "UniqueLearnerNumber", "UPNunknown"]
owner: ehc_casework
*/
select 'person' as module, persontableid as record_key, 'UPN' as item
from returns.sen2_person
where blank(upn) and blank(uniquelearnernumber) and blank(upnunknown)
