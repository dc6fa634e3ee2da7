/*
id: SEN2-T03
severity: query
from: 2023
family: totals
message: Many plans name a type of setting but no setting (OTH).
items: ["SENSetting"]
owner: ehc_casework
brings_detail: true
*/
with counted as (
    select
        count(*) filter (sensetting = 'OTH') as part,
        count(*) as whole
    from returns.sen2_plan_detail
)

select
    'header' as module,
    'header' as record_key,
    'SENSetting' as item,
    part || ' of ' || whole as detail
from counted
where too_many(part, whole, most_settings_other())
