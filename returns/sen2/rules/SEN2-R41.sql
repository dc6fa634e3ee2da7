/*
id: SEN2-R41
severity: query
from: 2023
family: age_scope
message: The request was made for a person of 25 or over.
items: ["ReceivedDate", "PersonBirthDate"]
owner: ehc_casework
*/
select distinct 'requests' as module, requeststableid as record_key, 'ReceivedDate' as item
from sen2_case
where requestoutcome <> 'H' and age_on(personbirthdate, receiveddate) >= 25
