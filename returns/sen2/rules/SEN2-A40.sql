/*
id: SEN2-A40
severity: error
from: 2023
family: dates
message: The end of the assessment is dated before the person was born.
items: ["AssessmentOutcomeDate", "PersonBirthDate"]
owner: ehc_casework
*/
select distinct 'assessment' as module, assessmenttableid as record_key, 'AssessmentOutcomeDate' as item
from sen2_case
where
    assessmentoutcomedate < personbirthdate
    and coalesce(assessmentoutcomedate >= requestoutcomedate, true)
    and coalesce(assessmentoutcomedate >= receiveddate, true)
