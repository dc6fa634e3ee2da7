/*
id: SEN2-R07
severity: error
from: 2023
family: code
message: The source of the request is not in the list.
items: ["RequestSource"]
owner: ehc_casework
*/
select 'requests' as module, requeststableid as record_key, 'RequestSource' as item
from returns.sen2_requests
where not blank(requestsource) and requestsource not in (select code from sen2_code where list = 'request_source')
