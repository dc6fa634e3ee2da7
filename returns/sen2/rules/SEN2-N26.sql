/*
id: SEN2-N26
severity: query
from: 2023
family: age_scope
message: The plan ceased for higher education, but the person was under 17.
items: ["CeaseReason", "CeaseDate", "PersonBirthDate"]
owner: ehc_casework
*/
select 'named_plan' as module, namedplantableid as record_key, 'CeaseReason' as item
from sen2_plan
where ceasereason = '3' and ceasedate >= startdate and age_on(personbirthdate, ceasedate) < 17
