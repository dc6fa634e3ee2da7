/*
id: SEN2-R46
severity: query
from: 2023
family: age_scope
message: The request was withdrawn, but was received long before the period; was it withdrawn before it too?
items: ["RequestOutcome", "ReceivedDate"]
owner: ehc_casework
*/
select 'requests' as module, requeststableid as record_key, 'RequestOutcome' as item
from returns.sen2_requests
where requestoutcome = 'W' and receiveddate < period_start() - 182
