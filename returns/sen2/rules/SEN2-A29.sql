/*
id: SEN2-A29
severity: query
from: 2023
family: cross_item
message: There is said to be an appeal on the decision not to issue, but that was not the decision.
items: ["AssessmentTribunal", "AssessmentOutcome"]
owner: ehc_casework
*/
select 'assessment' as module, assessmenttableid as record_key, 'AssessmentTribunal' as item
from returns.sen2_assessment
where assessmenttribunal = 1 and assessmentoutcome in ('Y', 'A', 'W')
