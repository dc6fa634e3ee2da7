/*
id: SEN2-C11
severity: query
from: 2023
family: cross_person
message: The person holds more than one plan on census day.
items: ["StartDate"]
owner: ehc_casework
*/
-- two plans under one assessment are named by a rule of their own
select 'named_plan' as module, namedplantableid as record_key, 'StartDate' as item
from sen2_plan
where in_force
qualify
    min(assessmenttableid) over (partition by persontableid) <> max(assessmenttableid) over (partition by persontableid)
