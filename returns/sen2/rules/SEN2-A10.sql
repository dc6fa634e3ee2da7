/*
id: SEN2-A10
severity: error
from: 2023
family: code
message: Whether there was mediation on the decision to issue is neither 1 nor 0.
items: ["AssessmentMediation"]
owner: ehc_casework
*/
select 'assessment' as module, assessmenttableid as record_key, 'AssessmentMediation' as item
from returns.sen2_assessment
where assessmentmediation not in (0, 1)
