/*
id: SEN2-R08
severity: error
from: 2023
family: dates
message: The request was received before the person was born.
items: ["ReceivedDate", "PersonBirthDate"]
owner: ehc_casework
*/
select distinct 'requests' as module, requeststableid as record_key, 'ReceivedDate' as item
from sen2_case
where receiveddate < personbirthdate
