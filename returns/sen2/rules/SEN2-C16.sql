/*
id: SEN2-C16
severity: error
from: 2024
family: dates
message: The review meeting is after the day the return was made.
items: ["ReviewMeeting"]
owner: ehc_casework
*/
select 'active_plans' as module, activeplanstableid as record_key, 'ReviewMeeting' as item
from returns.sen2_active_plans
where reviewmeeting > return_day()
