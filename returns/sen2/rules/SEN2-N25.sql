/*
id: SEN2-N25
severity: query
from: 2023
family: age_scope
message: The plan ceased because the top age was reached, but the person was neither 24 or 25 nor, in adult custody, 18 to 20.
items: ["CeaseReason", "CeaseDate", "PersonBirthDate"]
owner: ehc_casework
*/
select 'named_plan' as module, namedplantableid as record_key, 'CeaseReason' as item
from sen2_plan
where
    ceasereason = '1'
    and ceasedate >= startdate
    and (age_on(personbirthdate, ceasedate) < 18 or age_on(personbirthdate, ceasedate) between 21 and 23)
