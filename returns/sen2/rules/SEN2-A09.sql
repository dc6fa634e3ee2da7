/*
id: SEN2-A09
severity: error
from: 2023
family: presence
message: The outcome of the assessment is missing.
items: ["AssessmentOutcome"]
owner: ehc_casework
*/
select 'assessment' as module, assessmenttableid as record_key, 'AssessmentOutcome' as item
from returns.sen2_assessment
where blank(assessmentoutcome)
