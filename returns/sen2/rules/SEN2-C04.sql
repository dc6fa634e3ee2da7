/*
id: SEN2-C04
severity: error
from: 2023
family: cardinality
message: The needs of a plan must be ranked 1, or 1 and 2.
items: ["SENtypeRank"]
owner: ehc_casework
*/
-- a rank that is no rank, and a third need, are named by rules of their own
select 'active_plans' as module, activeplanstableid as record_key, 'SENtypeRank' as item
from returns.sen2_sen_need
group by activeplanstableid
having
    count(*) <= 2
    and bool_and(coalesce(sentyperank in (1, 2), false))
    and count(*) filter (sentyperank = 1) <> 1
