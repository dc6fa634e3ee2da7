/*
id: SEN2-R05
severity: error
from: 2023
family: cross_module
message: The person was exported before the assessment ended, but an assessment or plan is recorded.
items: ["Exported"]
owner: ehc_casework
*/
select distinct 'requests' as module, requeststableid as record_key, 'Exported' as item
from sen2_case
where not blank(exported) and (assessmenttableid is not null or activeplanstableid is not null)
