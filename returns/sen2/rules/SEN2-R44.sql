/*
id: SEN2-R44
severity: query
from: 2023
family: dates
message: The decision whether to assess took more than a year.
items: ["RequestOutcomeDate", "ReceivedDate"]
owner: ehc_casework
*/
select 'requests' as module, requeststableid as record_key, 'RequestOutcomeDate' as item
from returns.sen2_requests
where requestoutcome in ('Y', 'N') and requestoutcomedate - receiveddate > 364
