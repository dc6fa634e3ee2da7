/*
id: SEN2-T20
severity: query
from: 2025
family: totals
message: More than half of the plans held for over a year have no review meeting.
items: ["ReviewMeeting"]
owner: ehc_casework
brings_detail: true
*/
with counted as (
    select
        count(*) filter (reviewmeeting is null) as part,
        count(*) as whole
    from sen2_active
    where in_force and startdate < census_day() - interval 1 year
)

select
    'header' as module,
    'header' as record_key,
    'ReviewMeeting' as item,
    part || ' of ' || whole as detail
from counted
where too_many(part, whole, most_without_review())
