/*
id: SEN2-Y02
severity: query
from: 2024
family: last_year
message: The plan held by the same person last year had another start date, and is not given as ceased.
items: ["StartDate"]
owner: ehc_casework
needs: [last_return]
*/
with earlier as (
    select distinct link.source_key as persontableid, returned.start_date
    from facts.fct_returned_plan as returned
    inner join matching.int_person_links as link using (person_id)
    where
        returned.collection = collection_year() - 1
        and returned.is_open
        and returned.start_date is not null
        and link.source_system = 'ehc'
),

plans as (
    select
        persontableid,
        list(startdate) as started,
        count(*) filter (ceasedate between period_start() and period_end()) as ceased,
        min(namedplantableid) filter (in_force) as held
    from sen2_plan
    group by persontableid
)

select distinct 'named_plan' as module, plans.held as record_key, 'StartDate' as item
from plans
inner join earlier using (persontableid)
where plans.held is not null and plans.ceased = 0 and not list_contains(plans.started, earlier.start_date)
