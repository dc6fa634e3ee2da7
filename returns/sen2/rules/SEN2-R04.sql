/*
id: SEN2-R04
severity: error
from: 2023
family: cross_module
message: An assessment is recorded though the request is undecided or was withdrawn.
items: ["RequestOutcome", "AssessmentOutcome"]
owner: ehc_casework
*/
select 'requests' as module, requeststableid as record_key, 'RequestOutcome' as item
from returns.sen2_requests
semi join returns.sen2_assessment using (requeststableid)
where requestoutcome in ('A', 'W')
