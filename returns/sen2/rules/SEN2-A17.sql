/*
id: SEN2-A17
severity: error
from: 2023
family: dates
message: The end of the assessment is dated before the request was received.
items: ["AssessmentOutcomeDate", "ReceivedDate"]
owner: ehc_casework
*/
select distinct 'assessment' as module, assessmenttableid as record_key, 'AssessmentOutcomeDate' as item
from sen2_case
where
    assessmentoutcomedate < receiveddate
    and coalesce(assessmentoutcomedate >= requestoutcomedate, true)
