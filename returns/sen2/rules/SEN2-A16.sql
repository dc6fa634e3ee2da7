/*
id: SEN2-A16
severity: error
from: 2023
family: dates
message: The end of the assessment is dated after the file was made.
items: ["AssessmentOutcomeDate"]
owner: ehc_casework
*/
select 'assessment' as module, assessmenttableid as record_key, 'AssessmentOutcomeDate' as item
from returns.sen2_assessment
where assessmentoutcomedate > return_day()
