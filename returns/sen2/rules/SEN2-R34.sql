/*
id: SEN2-R34
severity: query
from: 2023
family: cross_module
message: The request was refused and yet assessed, with neither mediation nor an appeal.
items: ["RequestOutcome", "RequestMediation", "RequestTribunal", "AssessmentOutcome"]
owner: ehc_casework
*/
select distinct 'requests' as module, requeststableid as record_key, 'RequestOutcome' as item
from sen2_case
where
    requestoutcome = 'N'
    and assessmenttableid is not null
    and coalesce(requestmediation, 0) = 0
    and coalesce(requesttribunal, 0) = 0
