/*
id: SEN2-N34
severity: error
from: 2023
family: dates
message: The plan started before the request for it was received.
items: ["StartDate", "ReceivedDate"]
owner: ehc_casework
*/
-- where the assessment has a date, the plan is held against that
select 'named_plan' as module, namedplantableid as record_key, 'StartDate' as item
from sen2_plan
where startdate < receiveddate and assessmentoutcomedate is null and coalesce(startdate >= personbirthdate, true)
