/*
id: SEN2-C21
severity: error
from: 2025
family: dates
message: The draft of the amended plan was sent before the review meeting.
items: ["ReviewDraft", "ReviewMeeting"]
owner: ehc_casework
*/
select 'active_plans' as module, activeplanstableid as record_key, 'ReviewDraft' as item
from returns.sen2_active_plans
where reviewdraft < reviewmeeting
