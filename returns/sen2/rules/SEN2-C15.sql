/*
id: SEN2-C15
severity: query
from: 2025
family: presence
message: The plan has been held for two years, but no review meeting is given.
items: ["ReviewMeeting", "StartDate"]
owner: ehc_casework
*/
-- A first review is due after one year, and many are held late: that is performance and no fault of the data.
-- A decision without a meeting is named by a rule of its own.
select 'active_plans' as module, activeplanstableid as record_key, 'ReviewMeeting' as item
from sen2_active
where
    in_force
    and startdate < census_day() - interval 2 year
    and reviewmeeting is null
    and lastreview is null
    and blank(transferla)
