/*
id: SEN2-T07
severity: query
from: 2024
family: totals
message: All persons are given the same sex.
items: ["Sex"]
owner: ehc_casework
brings_detail: true
*/
with counted as (
    select
        greatest(count(*) filter (sex = 'M'), count(*) filter (sex = 'F')) as part,
        count(*) as whole
    from returns.sen2_person
)

select
    'header' as module,
    'header' as record_key,
    'Sex' as item,
    part || ' of ' || whole as detail
from counted
where too_many(part, whole, most_of_one_sex())
