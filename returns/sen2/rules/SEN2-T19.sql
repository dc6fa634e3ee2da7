/*
id: SEN2-T19
severity: query
from: 2023
family: totals
message: The primary need of many plans is given as other (OTH).
items: ["SENtype"]
owner: ehc_casework
brings_detail: true
*/
with counted as (
    select
        count(*) filter (sentype = 'OTH') as part,
        count(*) as whole
    from returns.sen2_sen_need
    where sentyperank = 1
)

select
    'header' as module,
    'header' as record_key,
    'SENtype' as item,
    part || ' of ' || whole as detail
from counted
where too_many(part, whole, most_needs_other())
