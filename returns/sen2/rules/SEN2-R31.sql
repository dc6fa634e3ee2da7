/*
id: SEN2-R31
severity: query
from: 2023
family: cross_person
message: The person has two requests received on the same day.
items: ["ReceivedDate"]
owner: ehc_casework
*/
select 'requests' as module, requeststableid as record_key, 'ReceivedDate' as item
from returns.sen2_requests
where receiveddate is not null
qualify count(*) over (partition by persontableid, receiveddate) > 1
