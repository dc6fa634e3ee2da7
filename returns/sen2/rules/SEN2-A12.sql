/*
id: SEN2-A12
severity: error
from: 2023
family: code
message: Whether there was mediation on other matters is neither 1 nor 0.
items: ["OtherMediation"]
owner: ehc_casework
*/
select 'assessment' as module, assessmenttableid as record_key, 'OtherMediation' as item
from returns.sen2_assessment
where othermediation not in (0, 1)
