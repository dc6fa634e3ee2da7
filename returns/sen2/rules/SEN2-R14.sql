/*
id: SEN2-R14
severity: query
from: 2023
family: age_scope
message: The request was received after the period ended; it belongs in next year's return.
items: ["ReceivedDate"]
owner: ehc_casework
*/
select 'requests' as module, requeststableid as record_key, 'ReceivedDate' as item
from returns.sen2_requests
where receiveddate > period_end() and receiveddate <= return_day()
