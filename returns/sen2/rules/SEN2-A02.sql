/*
id: SEN2-A02
severity: error
from: 2023
family: dates
message: The end of the assessment is dated before the decision whether to assess.
items: ["AssessmentOutcomeDate", "RequestOutcomeDate"]
owner: ehc_casework
*/
select 'assessment' as module, assessment.assessmenttableid as record_key, 'AssessmentOutcomeDate' as item
from returns.sen2_assessment as assessment
inner join returns.sen2_requests as requests using (requeststableid)
where assessment.assessmentoutcomedate < requests.requestoutcomedate
