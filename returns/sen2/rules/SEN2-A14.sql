/*
id: SEN2-A14
severity: error
from: 2023
family: cross_item
message: The assessment is undecided, but the date of its end is given.
items: ["AssessmentOutcomeDate", "AssessmentOutcome"]
owner: ehc_casework
*/
select 'assessment' as module, assessmenttableid as record_key, 'AssessmentOutcomeDate' as item
from returns.sen2_assessment
where assessmentoutcome = 'A' and assessmentoutcomedate is not null
