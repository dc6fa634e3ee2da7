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
    select link.source_key as persontableid, list(census.urn) as urns
    from facts.fct_census_sen as census
    inner join matching.int_person_links as link using (person_id)
    where link.source_system = 'ehc' and census.census_date = census_day() and census.senprovision = 'E'
    group by link.source_key
)

select 'person' as module, placed.persontableid as record_key, 'URN' as item
from placed
inner join on_roll using (persontableid)
where not list_has_any(placed.urns, on_roll.urns)
