/*
id: SEN2-A25
severity: query
from: 2023
family: cross_module
message: A plan is recorded though it was decided not to issue one, with neither mediation nor an appeal.
items: ["AssessmentOutcome", "AssessmentMediation", "AssessmentTribunal", "StartDate"]
owner: ehc_casework
*/
select distinct 'assessment' as module, assessmenttableid as record_key, 'AssessmentOutcome' as item
from sen2_case
where
    assessmentoutcome = 'N'
    and namedplantableid is not null
    and coalesce(assessmentmediation, 0) = 0
    and coalesce(assessmenttribunal, 0) = 0
