/*
id: SEN2-D03
severity: error
from: 2023
family: code
message: A plan cannot name not being in education as its setting.
items: ["SENSetting"]
owner: ehc_casework
*/
select 'plan_detail' as module, plandetailtableid as record_key, 'SENSetting' as item
from returns.sen2_plan_detail
where sensetting in ('NEET', 'NIEC', 'NIEO')
