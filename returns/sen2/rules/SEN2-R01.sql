/*
id: SEN2-R01
severity: error
from: 2023
family: presence
message: The date the request was received is missing.
items: ["ReceivedDate"]
owner: ehc_casework
*/
select 'requests' as module, requeststableid as record_key, 'ReceivedDate' as item
from returns.sen2_requests
where receiveddate is null and coalesce(requestoutcome, '') <> 'H'
