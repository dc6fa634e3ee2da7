/*
id: SEN2-A08
severity: error
from: 2023
family: cross_module
message: The date the plan was issued is given, but no plan is recorded.
items: ["AssessmentOutcomeDate", "AssessmentOutcome", "StartDate"]
owner: ehc_casework
*/
select distinct 'assessment' as module, assessmenttableid as record_key, 'AssessmentOutcomeDate' as item
from sen2_case
where assessmentoutcome = 'Y' and assessmentoutcomedate is not null and namedplantableid is null
