/*
id: SEN2-C38
severity: error
from: 2023
family: cardinality
message: The plan has more than two needs.
items: ["SENtype"]
owner: ehc_casework
*/
select 'active_plans' as module, activeplanstableid as record_key, 'SENtypeRank' as item
from returns.sen2_sen_need
group by activeplanstableid
having count(*) > 2
