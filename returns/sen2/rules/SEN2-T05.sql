/*
id: SEN2-T05
severity: query
from: 2023
family: totals
message: No request is given as refused.
items: ["RequestOutcome"]
owner: ehc_casework
brings_detail: true
*/
with counted as (
    select
        count(*) filter (requestoutcome = 'N') as part,
        count(*) as whole
    from returns.sen2_requests
    where requestoutcome in ('Y', 'N')
)

select
    'header' as module,
    'header' as record_key,
    'RequestOutcome' as item,
    part || ' of ' || whole as detail
from counted
where part = 0 and whole >= least_for_none() and is_large()
