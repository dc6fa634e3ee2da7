/*
id: SEN2-C11
severity: query
from: 2023
message: The person holds more than one plan on census day.
items: ["StartDate"]
owner: ehc_casework
*/
select 'named_plan' as module, namedplantableid as record_key, 'StartDate' as item
from sen2_case
where in_force
qualify count(distinct namedplantableid) over (partition by persontableid) > 1
