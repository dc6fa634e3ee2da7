/*
id: SEN2-D34
severity: query
from: 2023
family: dates
message: More than 90 days lie between one primary placement and the next.
items: ["EntryDate", "LeavingDate"]
owner: ehc_casework
*/
with stays as (
    select
        *,
        max(leavingdate) over (
            partition by activeplanstableid
            order by entrydate, placementdetailtableid
            rows between unbounded preceding and 1 preceding
        ) as left_before
    from sen2_stay_of_several
    where placementrank = 1
)

select 'placement_detail' as module, placementdetailtableid as record_key, 'EntryDate' as item
from stays
where entrydate > left_before + 90 and entrydate >= period_start()
