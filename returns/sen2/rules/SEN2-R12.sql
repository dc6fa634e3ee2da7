/*
id: SEN2-R12
severity: error
from: 2023
family: code
message: The appeal on the decision whether to assess is neither 1 nor 0.
items: ["RequestTribunal"]
owner: ehc_casework
*/
select 'requests' as module, requeststableid as record_key, 'RequestTribunal' as item
from returns.sen2_requests
where requesttribunal not in (0, 1)
