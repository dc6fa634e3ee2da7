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
-- the earlier return's setting can be the one named or the one attended; it must be among neither
with earlier as (
    select
        link.source_key as persontableid,
        list(trim(returned.urn)) filter (not blank(returned.urn)) as urns
    from facts.fct_returned_plan as returned
    inner join matching.int_person_links as link using (person_id)
    where
        returned.collection = collection_year() - 1
        and returned.is_open
        and not blank(returned.urn)
        and link.source_system = 'ehc'
    group by link.source_key
),

known as (
    select persontableid, list(trim(urn)) as urns
    from (
        select persontableid, urn from sen2_stay
        union all
        select sen2_plan.persontableid, detail.urn
        from returns.sen2_plan_detail as detail
        inner join sen2_plan using (namedplantableid)
    )
    where not blank(urn)
    group by persontableid
)

select 'placement_detail' as module, sen2_stay.placementdetailtableid as record_key, 'EntryDate' as item
from sen2_stay
inner join earlier using (persontableid)
left join known using (persontableid)
where
    sen2_stay.in_force
    and sen2_stay.on_census_day
    and sen2_stay.placementrank = 1
    and sen2_stay.entrydate < period_start()
    and not coalesce(list_has_any(known.urns, earlier.urns), false)
