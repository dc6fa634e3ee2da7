/*
id: SEN2-R48
severity: error
from: 2023
family: presence
message: The outcome of the request is missing.
items: ["RequestOutcome"]
owner: ehc_casework
*/
select 'requests' as module, requeststableid as record_key, 'RequestOutcome' as item
from returns.sen2_requests
where blank(requestoutcome)
