/*
id: SEN2-A13
severity: error
from: 2023
family: code
message: Whether there was an appeal on other matters is neither 1 nor 0.
items: ["OtherTribunal"]
owner: ehc_casework
*/
select 'assessment' as module, assessmenttableid as record_key, 'OtherTribunal' as item
from returns.sen2_assessment
where othertribunal not in (0, 1)
