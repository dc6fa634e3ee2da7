/*
id: SEN2-R43
severity: error
from: 2023
family: presence
message: Whether there was an appeal on the decision whether to assess is missing.
items: ["RequestTribunal"]
owner: ehc_casework
*/
select 'requests' as module, requeststableid as record_key, 'RequestTribunal' as item
from returns.sen2_requests
where requesttribunal is null and requestoutcome in ('Y', 'N')
