/*
id: SEN2-A19
severity: error
from: 2023
family: presence
message: Whether there was an exception to the 20 weeks is missing.
items: ["Week20"]
owner: ehc_casework
*/
select 'assessment' as module, assessmenttableid as record_key, 'Week20' as item
from returns.sen2_assessment
where week20 is null and assessmentoutcome in ('Y', 'N')
