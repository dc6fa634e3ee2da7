/*
id: SEN2-C35
severity: error
from: 2023
family: cardinality
message: More than one active plan hangs from one request.
items: ["LastReview"]
owner: ehc_casework
*/
select 'active_plans' as module, activeplanstableid as record_key, 'LastReview' as item
from returns.sen2_active_plans
qualify count(*) over (partition by requeststableid) > 1
