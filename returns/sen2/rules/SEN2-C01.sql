/*
id: SEN2-C01
severity: query
from: 2023
message: A plan is held on census day, but no placement is in force.
items: ["EntryDate", "LeavingDate"]
owner: ehc_casework
*/
select 'active_plans' as module, sen2_case.activeplanstableid as record_key, 'EntryDate' as item
from sen2_case
where
    sen2_case.in_force
    and sen2_case.activeplanstableid is not null
    and not exists (
        select 1
        from returns.sen2_placement_detail as placement
        where
            placement.activeplanstableid = sen2_case.activeplanstableid
            and coalesce(placement.entrydate <= census_day(), true)
            and coalesce(placement.leavingdate >= census_day(), true)
    )
