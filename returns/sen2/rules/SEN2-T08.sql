/*
id: SEN2-T08
severity: query
from: 2023
family: totals
message: Many persons have neither a UPN nor a ULN.
items: ["UPN"]
owner: ehc_casework
brings_detail: true
*/
with counted as (
    select
        count(*) filter (blank(upn) and blank(uniquelearnernumber)) as part,
        count(*) as whole
    from returns.sen2_person
)

select
    'header' as module,
    'header' as record_key,
    'UPN' as item,
    part || ' of ' || whole as detail
from counted
where too_many(part, whole, most_without_number())
