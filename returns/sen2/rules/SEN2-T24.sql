/*
id: SEN2-T24
severity: query
from: 2023
family: totals
message: A personal budget is given as taken up with most plans.
items: ["PB"]
owner: ehc_casework
brings_detail: true
*/
with counted as (
    select
        count(*) filter (pb = 1) as part,
        count(*) as whole
    from returns.sen2_named_plan
    where pb is not null
)

select
    'header' as module,
    'header' as record_key,
    'PB' as item,
    part || ' of ' || whole as detail
from counted
where too_many(part, whole, most_personal_budgets())
