/*
id: SEN2-C02
severity: query
from: 2023
message: A plan is held on census day, but no SEN need is recorded.
items: ["SENtype"]
owner: ehc_casework
*/
select 'active_plans' as module, sen2_case.activeplanstableid as record_key, 'SENtype' as item
from sen2_case
anti join returns.sen2_sen_need as need using (activeplanstableid)
where sen2_case.in_force and sen2_case.activeplanstableid is not null
