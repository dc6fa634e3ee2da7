/*
id: SEN2-C36
severity: error
from: 2023
family: cardinality
message: The same type of need is given twice for one plan.
items: ["SENtype"]
owner: ehc_casework
*/
select distinct 'active_plans' as module, activeplanstableid as record_key, 'SENtype' as item
from returns.sen2_sen_need
where not blank(sentype)
group by activeplanstableid, sentype
having count(*) > 1
