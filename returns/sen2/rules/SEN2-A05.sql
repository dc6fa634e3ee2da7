/*
id: SEN2-A05
severity: error
from: 2023
family: cross_module
message: A plan is recorded though the assessment is undecided or was withdrawn.
items: ["AssessmentOutcome", "StartDate"]
owner: ehc_casework
*/
select distinct 'assessment' as module, assessmenttableid as record_key, 'AssessmentOutcome' as item
from sen2_case
where assessmentoutcome in ('A', 'W') and (namedplantableid is not null or activeplanstableid is not null)
