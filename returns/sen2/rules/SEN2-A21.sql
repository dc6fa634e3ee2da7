/*
id: SEN2-A21
severity: error
from: 2023
family: presence
message: Whether there was an appeal on the decision not to issue is missing.
items: ["AssessmentTribunal"]
owner: ehc_casework
*/
select 'assessment' as module, assessmenttableid as record_key, 'AssessmentTribunal' as item
from returns.sen2_assessment
where assessmenttribunal is null and assessmentoutcome in ('Y', 'N')
