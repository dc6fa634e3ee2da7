/*
id: SEN2-C19
severity: error
from: 2023
family: dates
message: The decision after the review is after the day the return was made.
items: ["LastReview"]
owner: ehc_casework
*/
select 'active_plans' as module, activeplanstableid as record_key, 'LastReview' as item
from returns.sen2_active_plans
where lastreview > return_day()
