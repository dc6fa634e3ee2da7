/*
id: SEN2-R10
severity: error
from: 2023
family: code
message: A yes or no item of the request is neither 1 nor 0.
items: ["RYA", "RequestMediation", "RequestTribunal"]
owner: ehc_casework
*/
select 'requests' as module, requeststableid as record_key, 'RYA' as item
from returns.sen2_requests
where rya not in (0, 1)
union all
select 'requests' as module, requeststableid as record_key, 'RequestMediation' as item
from returns.sen2_requests
where requestmediation not in (0, 1)
union all
select 'requests' as module, requeststableid as record_key, 'RequestTribunal' as item
from returns.sen2_requests
where requesttribunal not in (0, 1)
