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
select distinct 'assessment' as module, assessment.assessmenttableid as record_key, 'AssessmentOutcomeDate' as item
from returns.sen2_assessment as assessment
left join returns.sen2_named_plan as named_plan using (assessmenttableid)
where
    assessment.assessmentoutcomedate is null
    and (
        assessment.assessmentoutcome = 'N'
        or (assessment.assessmentoutcome = 'Y' and named_plan.namedplantableid is not null)
    )
