/*
id: SEN2-P28
severity: query
from: 2023
family: age_scope
message: A child of 6 or over still has a temporary UPN.
items: ["UPN", "PersonBirthDate"]
owner: ehc_casework
*/
select 'person' as module, persontableid as record_key, 'UPN' as item
from returns.sen2_person
where right(upn, 1) between 'A' and 'Z' and upn_is_sound(upn) and age_on(personbirthdate, census_day()) >= 6
