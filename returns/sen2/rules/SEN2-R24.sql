/*
id: SEN2-R24
severity: query
from: 2023
family: dates
message: The request has been undecided for more than half a year; was the decision not recorded?
items: ["RequestOutcome", "ReceivedDate"]
owner: ehc_casework
*/
select 'requests' as module, requeststableid as record_key, 'RequestOutcome' as item
from returns.sen2_requests
where requestoutcome = 'A' and receiveddate < census_day() - 182
