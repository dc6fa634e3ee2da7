/*
id: SEN2-C18
severity: query
from: 2024
family: dates
message: The review meeting was held before the plan started.
items: ["ReviewMeeting", "StartDate"]
owner: ehc_casework
*/
select 'active_plans' as module, activeplanstableid as record_key, 'ReviewMeeting' as item
from sen2_active
where reviewmeeting < startdate
