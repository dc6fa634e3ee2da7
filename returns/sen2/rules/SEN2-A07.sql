/*
id: SEN2-A07
severity: error
from: 2023
family: code
message: Whether there was an exception to the 20 weeks is neither 1 nor 0.
items: ["Week20"]
owner: ehc_casework
*/
select 'assessment' as module, assessmenttableid as record_key, 'Week20' as item
from returns.sen2_assessment
where week20 not in (0, 1)
