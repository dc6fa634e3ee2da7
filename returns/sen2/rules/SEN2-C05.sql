/*
id: SEN2-C05
severity: error
from: 2024
family: dates
message: The decision after the review is dated before the review meeting.
items: ["LastReview", "ReviewMeeting"]
owner: ehc_casework
*/
select 'active_plans' as module, activeplanstableid as record_key, 'LastReview' as item
from returns.sen2_active_plans
where lastreview < reviewmeeting
