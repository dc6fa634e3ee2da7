/*
id: SEN2-R20
severity: error
from: 2023
family: cross_item
message: The request is undecided, but the date of a decision is given.
items: ["RequestOutcomeDate", "RequestOutcome"]
owner: ehc_casework
*/
select 'requests' as module, requeststableid as record_key, 'RequestOutcomeDate' as item
from returns.sen2_requests
where requestoutcome = 'A' and requestoutcomedate is not null
