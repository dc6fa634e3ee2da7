/*
id: SEN2-C32
severity: error
from: 2023
family: cross_module
message: An active plan is recorded, but the request for it has no assessment.
items: ["StartDate", "AssessmentOutcome"]
owner: ehc_casework
*/
select 'active_plans' as module, active_plans.activeplanstableid as record_key, 'AssessmentOutcome' as item
from returns.sen2_active_plans as active_plans
inner join returns.sen2_requests as requests using (requeststableid)
anti join returns.sen2_assessment as assessment using (requeststableid)
where blank(requests.exported)
