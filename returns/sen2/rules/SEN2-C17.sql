/*
id: SEN2-C17
severity: query
from: 2024
family: dates
message: The review meeting is after census day.
items: ["ReviewMeeting"]
owner: ehc_casework
*/
select 'active_plans' as module, activeplanstableid as record_key, 'ReviewMeeting' as item
from returns.sen2_active_plans
where reviewmeeting > census_day() and reviewmeeting <= return_day()
