/*
id: SEN2-C24
severity: error
from: 2025
family: dates
message: The draft of the amended plan was sent after the day the return was made.
items: ["ReviewDraft"]
owner: ehc_casework
*/
select 'active_plans' as module, activeplanstableid as record_key, 'ReviewDraft' as item
from returns.sen2_active_plans
where reviewdraft > return_day()
