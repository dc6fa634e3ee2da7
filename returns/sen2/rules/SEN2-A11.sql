/*
id: SEN2-A11
severity: error
from: 2023
family: code
message: Whether there was an appeal on the decision not to issue is neither 1 nor 0.
items: ["AssessmentTribunal"]
owner: ehc_casework
*/
select 'assessment' as module, assessmenttableid as record_key, 'AssessmentTribunal' as item
from returns.sen2_assessment
where assessmenttribunal not in (0, 1)
