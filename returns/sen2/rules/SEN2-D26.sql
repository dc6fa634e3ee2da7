/*
id: SEN2-D26
severity: query
from: 2023
family: cross_module
message: The plan names two settings, but the person attends only one of them on census day.
items: ["PlacementRank"]
owner: ehc_casework
*/
with named as (
    select namedplantableid
    from returns.sen2_plan_detail
    group by namedplantableid
    having count(*) = 2
)

select 'active_plans' as module, sen2_active.activeplanstableid as record_key, 'PlacementRank' as item
from named
inner join sen2_active using (namedplantableid)
inner join sen2_stay using (activeplanstableid)
where sen2_active.in_force and sen2_stay.on_census_day
group by sen2_active.activeplanstableid
having count(*) = 1
