/*
id: SEN2-R39
severity: query
from: 2023
family: cross_module
message: The request is historical, but nothing that followed from it is recorded.
items: ["RequestOutcome"]
owner: ehc_casework
*/
select distinct 'requests' as module, requeststableid as record_key, 'RequestOutcome' as item
from sen2_case
where requestoutcome = 'H' and assessmenttableid is null and activeplanstableid is null
