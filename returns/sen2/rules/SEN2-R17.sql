/*
id: SEN2-R17
severity: error
from: 2023
family: presence
message: Whether the person was in relevant youth accommodation is missing.
items: ["RYA"]
owner: ehc_casework
*/
select 'requests' as module, requeststableid as record_key, 'RYA' as item
from returns.sen2_requests
where rya is null and coalesce(requestoutcome, '') <> 'H'
