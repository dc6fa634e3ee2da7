/*
id: SEN2-N17
severity: error
from: 2023
family: dates
message: The plan starts after the day the return was made.
items: ["StartDate"]
owner: ehc_casework
*/
select 'named_plan' as module, namedplantableid as record_key, 'StartDate' as item
from returns.sen2_named_plan
where startdate > return_day()
