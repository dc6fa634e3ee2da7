/*
id: SEN2-T11
severity: query
from: 2023
family: totals
message: Many plans held on census day have no placement in force.
items: ["EntryDate"]
owner: ehc_casework
brings_detail: true
*/
with placed as (
    select distinct activeplanstableid
    from sen2_stay
    where on_census_day
),

counted as (
    select
        count(*) filter (placed.activeplanstableid is null) as part,
        count(*) as whole
    from sen2_active
    left join placed using (activeplanstableid)
    where sen2_active.in_force
)

select
    'header' as module,
    'header' as record_key,
    'EntryDate' as item,
    part || ' of ' || whole as detail
from counted
where too_many(part, whole, most_without_placement())
