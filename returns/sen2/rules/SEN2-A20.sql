/*
id: SEN2-A20
severity: error
from: 2023
family: presence
message: Whether there was mediation on the decision to issue is missing.
items: ["AssessmentMediation"]
owner: ehc_casework
*/
select 'assessment' as module, assessmenttableid as record_key, 'AssessmentMediation' as item
from returns.sen2_assessment
where assessmentmediation is null and assessmentoutcome in ('Y', 'N')
