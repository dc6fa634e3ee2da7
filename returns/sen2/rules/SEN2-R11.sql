/*
id: SEN2-R11
severity: error
from: 2023
family: code
message: Mediation on the decision whether to assess is neither 1 nor 0.
items: ["RequestMediation"]
owner: ehc_casework
*/
select 'requests' as module, requeststableid as record_key, 'RequestMediation' as item
from returns.sen2_requests
where requestmediation not in (0, 1)
