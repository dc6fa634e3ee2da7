/*
id: SEN2-R03
severity: error
from: 2023
family: dates
message: The decision is dated before the request was received.
items: ["RequestOutcomeDate", "ReceivedDate"]
owner: ehc_casework
*/
select 'requests' as module, requeststableid as record_key, 'RequestOutcomeDate' as item
from returns.sen2_requests
where requestoutcomedate < receiveddate
