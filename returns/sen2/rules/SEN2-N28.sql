/*
id: SEN2-N28
severity: query
from: 2023
family: age_scope
message: The plan ceased because the person no longer wishes to take part, but the person was under 16.
items: ["CeaseReason", "CeaseDate", "PersonBirthDate"]
owner: ehc_casework
*/
select 'named_plan' as module, namedplantableid as record_key, 'CeaseReason' as item
from sen2_plan
where ceasereason = '6' and ceasedate >= startdate and age_on(personbirthdate, ceasedate) < 16
