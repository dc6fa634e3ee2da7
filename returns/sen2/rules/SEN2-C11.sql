/*
id: SEN2-C11
severity: query
from: 2023
family: cross_person
message: The person holds another plan on census day, which started earlier.
items: ["StartDate"]
owner: ehc_casework
*/
-- two plans under one assessment are named by a rule of their own
with several as (
    select persontableid
    from sen2_plan
    where in_force
    group by persontableid
    having count(*) > 1
),

held as (
    select *
    from sen2_plan
    semi join several using (persontableid)
    where in_force
    qualify row_number() over (partition by assessmenttableid order by startdate, namedplantableid) = 1
)

select 'named_plan' as module, namedplantableid as record_key, 'StartDate' as item
from held
qualify row_number() over (partition by persontableid order by startdate, namedplantableid) > 1
