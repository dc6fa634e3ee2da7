/*
id: SEN2-R08
severity: error
from: 2023
family: dates
message: The request was received before the person was born.
items: ["ReceivedDate", "PersonBirthDate"]
owner: ehc_casework
*/
select 'requests' as module, requests.requeststableid as record_key, 'ReceivedDate' as item
from returns.sen2_requests as requests
inner join returns.sen2_person as person using (persontableid)
where requests.receiveddate < person.personbirthdate
