/*
id: SEN2-T01
severity: query
from: 2023
family: totals
message: Many plans are given as ceased for another reason (9).
items: ["CeaseReason"]
owner: ehc_casework
brings_detail: true
*/
with counted as (
    select
        count(*) filter (ceasereason = '9') as part,
        count(*) as whole
    from returns.sen2_named_plan
    where not blank(ceasereason)
)

select
    'header' as module,
    'header' as record_key,
    'CeaseReason' as item,
    part || ' of ' || whole as detail
from counted
where too_many(part, whole, most_ceased_for_other_reasons())
