/*
id: SEN2-T18
severity: query
from: 2023
family: totals
message: No plan is given as started in the period.
items: ["StartDate"]
owner: ehc_casework
brings_detail: true
*/
with counted as (
    select
        count(*) filter (startdate between period_start() and period_end()) as part,
        count(*) filter (in_force) as whole
    from sen2_plan
)

select
    'header' as module,
    'header' as record_key,
    'StartDate' as item,
    part || ' of ' || whole as detail
from counted
where part = 0 and whole >= least_for_none() and is_large()
