/*
id: SEN2-R16
severity: error
from: 2026
family: presence
message: The source of the request is missing.
items: ["RequestSource"]
owner: ehc_casework
*/
select 'requests' as module, requeststableid as record_key, 'RequestSource' as item
from returns.sen2_requests
where blank(requestsource) and coalesce(requestoutcome, '') <> 'H'
