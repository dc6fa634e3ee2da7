/*
id: SEN2-R22
severity: query
from: 2023
family: cross_item
message: The request is historical, but was decided in the period and the plan did not move in.
items: ["RequestOutcomeDate", "RequestOutcome", "TransferLA"]
owner: ehc_casework
*/
select distinct 'requests' as module, requeststableid as record_key, 'RequestOutcomeDate' as item
from sen2_case
where requestoutcome = 'H' and requestoutcomedate between period_start() and period_end() and blank(transferla)
