/*
id: SEN2-R26
severity: query
from: 2023
family: cross_item
message: There is said to be an appeal on the decision whether to assess, but the request was not refused.
items: ["RequestTribunal", "RequestOutcome"]
owner: ehc_casework
*/
select 'requests' as module, requeststableid as record_key, 'RequestTribunal' as item
from returns.sen2_requests
where requesttribunal = 1 and requestoutcome in ('Y', 'A', 'W')
