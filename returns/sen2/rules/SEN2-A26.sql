/*
id: SEN2-A26
severity: query
from: 2023
family: cross_item
message: The assessment is historical, but ended in the period and the plan did not move in.
items: ["AssessmentOutcomeDate", "AssessmentOutcome", "TransferLA"]
owner: ehc_casework
*/
select distinct 'assessment' as module, assessmenttableid as record_key, 'AssessmentOutcomeDate' as item
from sen2_case
where assessmentoutcome = 'H' and assessmentoutcomedate between period_start() and period_end() and blank(transferla)
