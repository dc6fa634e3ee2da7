/*
id: SEN2-R06
severity: error
from: 2023
family: code
message: The outcome of the request is missing or not in the list.
items: ["RequestOutcome"]
owner: ehc_casework
*/
select 'requests' as module, requeststableid as record_key, 'RequestOutcome' as item
from returns.sen2_requests
where blank(requestoutcome) or requestoutcome not in (select code from sen2_code where list = 'request_outcome')
