/*
id: SEN2-C01
severity: query
from: 2023
family: cross_module
message: A plan is held on census day, but no placement is in force.
items: ["EntryDate", "LeavingDate"]
owner: ehc_casework
*/
with placed as (
    select distinct activeplanstableid
    from sen2_stay
    where on_census_day
)

select 'active_plans' as module, sen2_active.activeplanstableid as record_key, 'EntryDate' as item
from sen2_active
anti join placed using (activeplanstableid)
where sen2_active.in_force
