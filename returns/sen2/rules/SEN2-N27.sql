/*
id: SEN2-N27
severity: query
from: 2023
family: age_scope
message: The plan ceased for paid work, but the person was under 16.
items: ["CeaseReason", "CeaseDate", "PersonBirthDate"]
owner: ehc_casework
*/
select 'named_plan' as module, namedplantableid as record_key, 'CeaseReason' as item
from sen2_plan
where ceasereason = '4' and ceasedate >= startdate and age_on(personbirthdate, ceasedate) < 16
