/*
id: SEN2-A30
severity: query
from: 2023
family: cross_item
message: There is said to be mediation on the decision to issue, but there was no decision.
items: ["AssessmentMediation", "AssessmentOutcome"]
owner: ehc_casework
*/
select 'assessment' as module, assessmenttableid as record_key, 'AssessmentMediation' as item
from returns.sen2_assessment
where assessmentmediation = 1 and assessmentoutcome in ('A', 'W')
