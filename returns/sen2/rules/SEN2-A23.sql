/*
id: SEN2-A23
severity: error
from: 2023
family: presence
message: Whether there was an appeal on other matters is missing.
items: ["OtherTribunal"]
owner: ehc_casework
*/
select 'assessment' as module, assessmenttableid as record_key, 'OtherTribunal' as item
from returns.sen2_assessment
where othertribunal is null and assessmentoutcome in ('Y', 'N')
