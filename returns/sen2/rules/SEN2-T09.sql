/*
id: SEN2-T09
severity: query
from: 2023
family: totals
message: Nearly all assessments are given an exception to the 20 weeks.
items: ["Week20"]
owner: ehc_casework
brings_detail: true
*/
with counted as (
    select
        count(*) filter (week20 = 1) as part,
        count(*) as whole
    from returns.sen2_assessment
    where assessmentoutcome = 'Y'
)

select
    'header' as module,
    'header' as record_key,
    'Week20' as item,
    part || ' of ' || whole as detail
from counted
where too_many(part, whole, most_exceptions())
