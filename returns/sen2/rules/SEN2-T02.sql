/*
id: SEN2-T02
severity: query
from: 2025
family: totals
message: Many requests are given as coming from another source (5).
items: ["RequestSource"]
owner: ehc_casework
brings_detail: true
*/
with counted as (
    select
        count(*) filter (requestsource = '5') as part,
        count(*) as whole
    from returns.sen2_requests
    where not blank(requestsource)
)

select
    'header' as module,
    'header' as record_key,
    'RequestSource' as item,
    part || ' of ' || whole as detail
from counted
where too_many(part, whole, most_requests_from_other_sources())
