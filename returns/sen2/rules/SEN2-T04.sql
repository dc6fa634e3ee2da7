/*
id: SEN2-T04
severity: query
from: 2023
family: totals
message: Many persons are given as not in education for another reason (NIEO) on census day.
items: ["SENSetting"]
owner: ehc_casework
brings_detail: true
*/
with counted as (
    select
        count(*) filter (sensetting = 'NIEO') as part,
        count(*) as whole
    from sen2_stay
    where in_force and on_census_day and placementrank = 1
)

select
    'header' as module,
    'header' as record_key,
    'SENSetting' as item,
    part || ' of ' || whole as detail
from counted
where too_many(part, whole, most_not_in_education_other())
