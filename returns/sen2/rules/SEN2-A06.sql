/*
id: SEN2-A06
severity: error
from: 2023
family: cross_module
message: The plan moved in from another LA, so the outcome of the assessment must be H.
items: ["AssessmentOutcome", "TransferLA"]
owner: ehc_casework
*/
select distinct 'assessment' as module, assessmenttableid as record_key, 'AssessmentOutcome' as item
from sen2_case
where not blank(transferla) and assessmentoutcome <> 'H'
