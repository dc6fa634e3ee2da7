/*
id: SEN2-A04
severity: error
from: 2023
family: code
message: The outcome of the assessment is missing or not in the list.
items: ["AssessmentOutcome"]
owner: ehc_casework
*/
select 'assessment' as module, assessmenttableid as record_key, 'AssessmentOutcome' as item
from returns.sen2_assessment
where blank(assessmentoutcome) or assessmentoutcome not in (select code from sen2_code where list = 'assessment_outcome')
