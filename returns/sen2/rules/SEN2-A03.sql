/*
id: SEN2-A03
severity: query
from: 2023
family: cross_module
message: The plan was issued before the period or moved in, but none is recorded.
items: ["AssessmentOutcome", "StartDate"]
owner: ehc_casework
*/
select distinct 'assessment' as module, assessmenttableid as record_key, 'AssessmentOutcome' as item
from sen2_case
where assessmentoutcome = 'H' and namedplantableid is null
