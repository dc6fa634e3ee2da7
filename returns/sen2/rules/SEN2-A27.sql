/*
id: SEN2-A27
severity: error
from: 2023
family: cross_item
message: The assessment ended before the period, so its outcome is H.
items: ["AssessmentOutcome", "AssessmentOutcomeDate"]
owner: ehc_casework
*/
select 'assessment' as module, assessmenttableid as record_key, 'AssessmentOutcome' as item
from returns.sen2_assessment
where assessmentoutcome in ('Y', 'N') and assessmentoutcomedate < period_start()
