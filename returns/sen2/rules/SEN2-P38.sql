/*
id: SEN2-P38
severity: error
from: 2023
family: cross_module
message: The reason UN10 (request closed with no action before the number was known) is given, but the case went on.
items: ["UPNunknown", "AssessmentOutcome"]
owner: ehc_casework
*/
select distinct 'person' as module, persontableid as record_key, 'UPNunknown' as item
from sen2_case
where upnunknown = 'UN10' and (assessmenttableid is not null or activeplanstableid is not null)
