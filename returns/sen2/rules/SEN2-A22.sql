/*
id: SEN2-A22
severity: error
from: 2023
family: presence
message: Whether there was mediation on other matters is missing.
items: ["OtherMediation"]
owner: ehc_casework
*/
select 'assessment' as module, assessmenttableid as record_key, 'OtherMediation' as item
from returns.sen2_assessment
where othermediation is null and assessmentoutcome in ('Y', 'N')
