/*
id: SEN2-C40
severity: query
from: 2024
family: dates
message: The review meeting was held after the plan had ceased.
items: ["ReviewMeeting", "CeaseDate"]
owner: ehc_casework
*/
select 'active_plans' as module, activeplanstableid as record_key, 'ReviewMeeting' as item
from sen2_active
where reviewmeeting > ceasedate
