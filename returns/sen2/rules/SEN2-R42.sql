/*
id: SEN2-R42
severity: error
from: 2023
family: presence
message: Whether there was mediation on the decision whether to assess is missing.
items: ["RequestMediation"]
owner: ehc_casework
*/
select 'requests' as module, requeststableid as record_key, 'RequestMediation' as item
from returns.sen2_requests
where requestmediation is null and requestoutcome in ('Y', 'N')
