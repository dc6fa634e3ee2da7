/*
id: SEN2-T15
severity: query
from: 2023
family: totals
message: Many requests are given as received on one day.
items: ["ReceivedDate"]
owner: ehc_casework
brings_detail: true
*/
with counted as (
    select most_alike(receiveddate) as part, count(receiveddate) as whole
    from returns.sen2_requests
)

select
    'header' as module,
    'header' as record_key,
    'ReceivedDate' as item,
    part || ' of ' || whole as detail
from counted
where too_many(part, whole, most_on_one_day()) and part >= least_on_one_day()
