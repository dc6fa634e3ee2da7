/*
id: SEN2-T21
severity: query
from: 2023
family: totals
message: Many requests are given as made while in relevant youth accommodation.
items: ["RYA"]
owner: ehc_casework
brings_detail: true
*/
with counted as (
    select
        count(*) filter (rya = 1) as part,
        count(*) as whole
    from returns.sen2_requests
    where rya is not null
)

select
    'header' as module,
    'header' as record_key,
    'RYA' as item,
    part || ' of ' || whole as detail
from counted
where too_many(part, whole, most_in_youth_accommodation())
