/*
id: SEN2-Y06
severity: query
from: 2024
family: last_year
message: The setting differs from last year's return, but the person is said to have entered this one before the period.
items: ["URN", "EntryDate"]
owner: ehc_casework
needs: [last_return]
*/
-- the earlier return's setting can be the one named or the one attended; it must be neither now
with earlier as (
    select distinct persontableid, trim(urn) as urn
    from sen2_returned
    where is_open and not blank(urn)
),

unchanged as (
    select earlier.persontableid
    from earlier
    inner join sen2_stay on earlier.persontableid = sen2_stay.persontableid and earlier.urn = trim(sen2_stay.urn)
    union all
    select earlier.persontableid
    from earlier
    inner join sen2_plan using (persontableid)
    inner join returns.sen2_plan_detail as detail
        on sen2_plan.namedplantableid = detail.namedplantableid and earlier.urn = trim(detail.urn)
)

select 'placement_detail' as module, placementdetailtableid as record_key, 'EntryDate' as item
from sen2_stay
semi join earlier using (persontableid)
anti join unchanged using (persontableid)
where in_force and on_census_day and placementrank = 1 and entrydate < period_start()
