/*
id: SEN2-D33
severity: query
from: 2023
family: dates
message: The person entered a primary placement before leaving the one before.
items: ["EntryDate", "LeavingDate"]
owner: ehc_casework
*/
-- two both in force on census day, and the same one given twice, are named by rules of their own
with different as (
    select *
    from sen2_stay_of_several
    where placementrank = 1 and entrydate is not null and coalesce(leavingdate >= entrydate, true)
    qualify
        row_number() over (
            partition by activeplanstableid, setting_key, entrydate order by placementdetailtableid
        ) = 1
),

stays as (
    select *, lag(leavingdate) over before as left_before, lag(on_census_day) over before as was_on_census_day
    from different
    window before as (partition by activeplanstableid order by entrydate, leavingdate nulls last, placementdetailtableid)
)

select 'placement_detail' as module, placementdetailtableid as record_key, 'EntryDate' as item
from stays
where entrydate < left_before and not (on_census_day and was_on_census_day)
