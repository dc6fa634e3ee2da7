/*
id: SEN2-R15
severity: query
from: 2023
family: dates
message: The request was received before September 2014, when plans began, but is not historical.
items: ["ReceivedDate", "RequestOutcome"]
owner: ehc_casework
*/
select 'requests' as module, requeststableid as record_key, 'ReceivedDate' as item
from returns.sen2_requests
where receiveddate < date '2014-09-01' and requestoutcome <> 'H'
