/*
id: SEN2-N16
severity: query
from: 2023
family: dates
message: The plan starts after census day.
items: ["StartDate"]
owner: ehc_casework
*/
select 'named_plan' as module, namedplantableid as record_key, 'StartDate' as item
from returns.sen2_named_plan
where startdate > census_day() and startdate <= return_day()
