/*
id: SEN2-N19
severity: query
from: 2023
family: dates
message: The plan started before the date the assessment ended.
items: ["StartDate", "AssessmentOutcomeDate"]
owner: ehc_casework
*/
select 'named_plan' as module, namedplantableid as record_key, 'StartDate' as item
from sen2_plan
where startdate < assessmentoutcomedate and coalesce(startdate >= personbirthdate, true)
