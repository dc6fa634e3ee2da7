/*
id: SEN2-R18
severity: query
from: 2023
family: age_scope
message: The request is of relevant youth accommodation, but the person was under 10 or over 18.
items: ["RYA", "PersonBirthDate"]
owner: ehc_casework
*/
select distinct 'requests' as module, requeststableid as record_key, 'RYA' as item
from sen2_case
where rya = 1 and age_on(personbirthdate, receiveddate) not between 10 and 18
