/*
id: SEN2-X03
severity: query
from: 2023
family: census
message: The school census has the person at another school on census day than the placement says.
items: ["URN"]
owner: ehc_casework
needs: [census]
*/
with placed as (
    select sen2_stay.persontableid, list(trim(sen2_stay.urn)) as urns
    from sen2_stay
    where sen2_stay.in_force and sen2_stay.on_census_day and not blank(sen2_stay.urn)
    group by sen2_stay.persontableid
),

on_roll as (
    select persontableid, list(urn) as urns
    from sen2_census
    where senprovision = 'E'
    group by persontableid
)

select 'person' as module, placed.persontableid as record_key, 'URN' as item
from placed
inner join on_roll using (persontableid)
where not list_has_any(placed.urns, on_roll.urns)
