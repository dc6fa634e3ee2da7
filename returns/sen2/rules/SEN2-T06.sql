/*
id: SEN2-T06
severity: query
from: 2024
family: totals
message: The number of plans held on census day differs by more than a quarter from last year's return.
items: ["StartDate"]
owner: ehc_casework
needs: [last_return]
brings_detail: true
*/
with counted as (
    select
        (select count(*) from sen2_plan where in_force) as now,
        (
            select count(*)
            from facts.fct_returned_plan
            where collection = collection_year() - 1 and is_open
        ) as before
)

select
    'header' as module,
    'header' as record_key,
    'StartDate' as item,
    before || ' last year, ' || now || ' now' as detail
from counted
where before > 0 and greatest(before, now) >= least_plans() and abs(now - before) > most_plans_changed() * before
