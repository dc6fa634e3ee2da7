/*
id: SEN2-A37
severity: query
from: 2023
family: cross_module
message: The assessment is historical, but the request was decided in the period and the plan did not move in.
items: ["AssessmentOutcome", "RequestOutcome", "RequestOutcomeDate"]
owner: ehc_casework
*/
select distinct 'assessment' as module, assessmenttableid as record_key, 'AssessmentOutcome' as item
from sen2_case
where
    assessmentoutcome = 'H'
    and assessmentoutcomedate is null
    and requestoutcome in ('Y', 'N')
    and requestoutcomedate between period_start() and period_end()
    and blank(transferla)
