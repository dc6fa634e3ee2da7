/*
id: SEN2-A03
severity: query
from: 2023
family: cross_module
message: A plan was to be issued, or was issued before the period, but none is recorded.
items: ["AssessmentOutcome", "StartDate"]
owner: ehc_casework
*/
select 'assessment' as module, assessmenttableid as record_key, 'AssessmentOutcome' as item
from returns.sen2_assessment
anti join returns.sen2_named_plan using (assessmenttableid)
where assessmentoutcome in ('Y', 'H')
