/*
id: SEN2-R13
severity: error
from: 2023
family: dates
message: The request was received after the file was made.
items: ["ReceivedDate"]
owner: ehc_casework
*/
select 'requests' as module, requeststableid as record_key, 'ReceivedDate' as item
from returns.sen2_requests
where receiveddate > return_day()
