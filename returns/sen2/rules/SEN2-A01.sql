/*
id: SEN2-A01
severity: error
from: 2023
family: presence
message: The date the plan was issued, or the decision not to issue was told, is missing.
items: ["AssessmentOutcomeDate"]
owner: ehc_casework
*/
-- decided to issue but not issued yet: the date is still to come, and no plan is there
select distinct 'assessment' as module, assessmenttableid as record_key, 'AssessmentOutcomeDate' as item
from sen2_case
where
    assessmentoutcomedate is null
    and (assessmentoutcome = 'N' or (assessmentoutcome = 'Y' and namedplantableid is not null))
