/*
id: SEN2-A15
severity: query
from: 2023
family: cross_item
message: The assessment was withdrawn, but the date of a decision to issue or not is given.
items: ["AssessmentOutcomeDate", "AssessmentOutcome"]
owner: ehc_casework
*/
select 'assessment' as module, assessmenttableid as record_key, 'AssessmentOutcomeDate' as item
from returns.sen2_assessment
where assessmentoutcome = 'W' and assessmentoutcomedate is not null
