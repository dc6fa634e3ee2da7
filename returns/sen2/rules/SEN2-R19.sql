/*
id: SEN2-R19
severity: error
from: 2023
family: dates
message: The decision is dated after the file was made.
items: ["RequestOutcomeDate"]
owner: ehc_casework
*/
select 'requests' as module, requeststableid as record_key, 'RequestOutcomeDate' as item
from returns.sen2_requests
where requestoutcomedate > return_day()
