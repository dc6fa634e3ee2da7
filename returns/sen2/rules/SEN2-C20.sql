/*
id: SEN2-C20
severity: query
from: 2025
family: cross_item
message: A decision after a review is given, but no review meeting.
items: ["ReviewMeeting", "LastReview"]
owner: ehc_casework
*/
select 'active_plans' as module, activeplanstableid as record_key, 'ReviewMeeting' as item
from returns.sen2_active_plans
where reviewmeeting is null and (lastreview is not null or not blank(reviewoutcome))
