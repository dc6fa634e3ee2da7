/*
id: SEN2-T14
severity: query
from: 2023
family: totals
message: Many plans are given as started on one day.
items: ["StartDate"]
owner: ehc_casework
brings_detail: true
*/
with counted as (
    select most_alike(startdate) as part, count(startdate) as whole
    from returns.sen2_named_plan
)

select
    'header' as module,
    'header' as record_key,
    'StartDate' as item,
    part || ' of ' || whole as detail
from counted
where too_many(part, whole, most_on_one_day()) and part >= least_on_one_day()
