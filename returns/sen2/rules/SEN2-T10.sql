/*
id: SEN2-T10
severity: query
from: 2023
family: totals
message: The ethnicity of many persons was refused or not obtained.
items: ["Ethnicity"]
owner: ehc_casework
brings_detail: true
*/
with counted as (
    select
        count(*) filter (ethnicity in ('REFU', 'NOBT')) as part,
        count(*) as whole
    from returns.sen2_person
)

select
    'header' as module,
    'header' as record_key,
    'Ethnicity' as item,
    part || ' of ' || whole as detail
from counted
where too_many(part, whole, most_without_ethnicity())
