/*
id: SEN2-R02
severity: error
from: 2023
family: presence
message: The date the requester was told of the decision is missing.
items: ["RequestOutcomeDate"]
owner: ehc_casework
*/
select 'requests' as module, requeststableid as record_key, 'RequestOutcomeDate' as item
from returns.sen2_requests
where requestoutcomedate is null and requestoutcome in ('Y', 'N')
