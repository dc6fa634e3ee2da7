/*
id: SEN2-N20
severity: query
from: 2023
family: cross_module
message: The assessment is historical and has no date, but the plan started in the period and did not come from another LA.
items: ["StartDate", "AssessmentOutcome", "TransferLA"]
owner: ehc_casework
*/
select 'named_plan' as module, namedplantableid as record_key, 'StartDate' as item
from sen2_plan
where
    assessmentoutcome = 'H'
    and assessmentoutcomedate is null
    and startdate between period_start() and period_end()
    and blank(transferla)
