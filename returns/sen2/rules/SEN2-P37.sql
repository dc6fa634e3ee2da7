/*
id: SEN2-P37
severity: error
from: 2023
family: age_scope
message: The reason UN9 (young person never in a state school or further education) is used for a child.
items: ["UPNunknown", "PersonBirthDate"]
owner: ehc_casework
*/
select 'person' as module, persontableid as record_key, 'UPNunknown' as item
from returns.sen2_person
where upnunknown = 'UN9' and age_on(personbirthdate, make_date(year(census_day()), 8, 31)) < 16
