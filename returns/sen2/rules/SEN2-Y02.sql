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
    select distinct persontableid, start_date
    from sen2_returned
    where is_open and start_date is not null
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
