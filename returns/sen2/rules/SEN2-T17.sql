/*
id: SEN2-T17
severity: query
from: 2023
family: totals
message: No plan is given as ceased in the period.
items: ["CeaseDate"]
owner: ehc_casework
brings_detail: true
*/
with counted as (
    select
        count(*) filter (ceasedate between period_start() and period_end()) as part,
        count(*) filter (in_force) as whole
    from sen2_plan
)

select
    'header' as module,
    'header' as record_key,
    'CeaseDate' as item,
    part || ' of ' || whole as detail
from counted
where part = 0 and whole >= least_for_none() and is_large()
