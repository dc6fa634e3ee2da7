/*
id: SEN2-R10
severity: error
from: 2023
family: code
message: Relevant youth accommodation is neither 1 nor 0.
items: ["RYA"]
owner: ehc_casework
*/
select 'requests' as module, requeststableid as record_key, 'RYA' as item
from returns.sen2_requests
where rya not in (0, 1)
