/*
id: SEN2-R25
severity: query
from: 2023
family: cross_item
message: There is said to be mediation on the decision whether to assess, but the request was not refused.
items: ["RequestMediation", "RequestOutcome"]
owner: ehc_casework
*/
select 'requests' as module, requeststableid as record_key, 'RequestMediation' as item
from returns.sen2_requests
where requestmediation = 1 and requestoutcome in ('Y', 'A', 'W')
