/*
id: SEN2-C02
severity: query
from: 2023
family: cross_module
message: A plan is held on census day, but no SEN need is recorded.
items: ["SENtype"]
owner: ehc_casework
*/
select 'active_plans' as module, sen2_active.activeplanstableid as record_key, 'SENtype' as item
from sen2_active
anti join returns.sen2_sen_need as need using (activeplanstableid)
where sen2_active.in_force
