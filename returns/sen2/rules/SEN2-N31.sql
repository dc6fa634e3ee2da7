/*
id: SEN2-N31
severity: query
from: 2023
family: cross_person
message: The plan started before an earlier plan of the same person had ceased.
items: ["StartDate", "CeaseDate"]
owner: ehc_casework
*/
-- two plans held on census day are named by a rule of their own
with holders as (
    select persontableid
    from sen2_plan
    group by persontableid
    having count(*) > 1
),

several as (
    select *
    from sen2_plan
    semi join holders using (persontableid)
    where startdate is not null and coalesce(ceasedate >= startdate, true)
)

select distinct 'named_plan' as module, later.namedplantableid as record_key, 'StartDate' as item
from several as later
inner join several as earlier
    on
        later.persontableid = earlier.persontableid
        and later.assessmenttableid <> earlier.assessmenttableid
        and (
            earlier.startdate < later.startdate
            or (earlier.startdate = later.startdate and earlier.namedplantableid < later.namedplantableid)
        )
where coalesce(earlier.ceasedate > later.startdate, true) and not (earlier.in_force and later.in_force)
