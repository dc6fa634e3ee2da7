/*
id: SEN2-T13
severity: query
from: 2024
family: totals
message: Many review meetings are given as held on one day.
items: ["ReviewMeeting"]
owner: ehc_casework
brings_detail: true
*/
with counted as (
    select most_alike(reviewmeeting) as part, count(reviewmeeting) as whole
    from returns.sen2_active_plans
)

select
    'header' as module,
    'header' as record_key,
    'ReviewMeeting' as item,
    part || ' of ' || whole as detail
from counted
where too_many(part, whole, most_on_one_day()) and part >= least_on_one_day()
