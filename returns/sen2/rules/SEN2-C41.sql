/*
id: SEN2-C41
severity: query
from: 2024
family: dates
message: The decision after the review is dated more than a year after the review meeting.
items: ["LastReview", "ReviewMeeting"]
owner: ehc_casework
*/
select 'active_plans' as module, activeplanstableid as record_key, 'LastReview' as item
from returns.sen2_active_plans
where lastreview > reviewmeeting + interval 1 year and lastreview <= return_day()
