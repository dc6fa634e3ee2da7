/*
id: SEN2-R32
severity: query
from: 2023
family: cardinality
message: The person has two requests undecided at once.
items: ["RequestOutcome"]
owner: ehc_casework
*/
select 'requests' as module, requeststableid as record_key, 'RequestOutcome' as item
from returns.sen2_requests
where requestoutcome = 'A'
qualify count(*) over (partition by persontableid) > 1
