/*
id: SEN2-P10
severity: error
from: 2023
family: age_scope
message: The reason UN1 (under 6 and no number given yet) is used for a child of 6 or over.
items: ["UPNunknown", "PersonBirthDate"]
owner: ehc_casework
*/
select 'person' as module, persontableid as record_key, 'UPNunknown' as item
from returns.sen2_person
where upnunknown = 'UN1' and age_on(personbirthdate, census_day()) >= 6
