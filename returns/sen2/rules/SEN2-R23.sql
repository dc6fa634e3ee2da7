/*
id: SEN2-R23
severity: error
from: 2023
family: cross_item
message: The request was decided before the period, so its outcome is H.
items: ["RequestOutcome", "RequestOutcomeDate"]
owner: ehc_casework
*/
select 'requests' as module, requeststableid as record_key, 'RequestOutcome' as item
from returns.sen2_requests
where requestoutcome in ('Y', 'N') and requestoutcomedate < period_start()
