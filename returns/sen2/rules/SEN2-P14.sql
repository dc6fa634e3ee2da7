/*
id: SEN2-P14
severity: error
from: 2023
family: cardinality
message: The person has no request.
items: ["ReceivedDate"]
owner: ehc_casework
*/
select 'person' as module, person.persontableid as record_key, 'ReceivedDate' as item
from returns.sen2_person as person
anti join returns.sen2_requests as requests using (persontableid)
