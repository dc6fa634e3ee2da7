/*
id: SEN2-N05
severity: error
from: 2023
family: presence
message: The start date of the plan is missing.
items: ["StartDate"]
owner: ehc_casework
*/
select 'named_plan' as module, namedplantableid as record_key, 'StartDate' as item
from returns.sen2_named_plan
where startdate is null
