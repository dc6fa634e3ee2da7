/*
id: SEN2-A02
severity: error
from: 2023
family: dates
message: The end of the assessment is dated before the decision whether to assess.
items: ["AssessmentOutcomeDate", "RequestOutcomeDate"]
owner: ehc_casework
*/
select distinct 'assessment' as module, assessmenttableid as record_key, 'AssessmentOutcomeDate' as item
from sen2_case
where assessmentoutcomedate < requestoutcomedate
