/*
id: SEN2-N10
severity: error
from: 2023
message: More than one plan hangs from one assessment.
items: ["StartDate"]
owner: ehc_casework
*/
select 'named_plan' as module, namedplantableid as record_key, 'StartDate' as item
from returns.sen2_named_plan
qualify count(*) over (partition by assessmenttableid) > 1

union

-- the warehouse has given it a request of its own, so that the return can be written
select 'named_plan', plan.namedplantableid, 'StartDate'
from returns.sen2_named_plan as plan
inner join returns.sen2_assessment as assessment using (assessmenttableid)
inner join returns.sen2_requests as requests using (requeststableid)
where requests._source_table = 'ehc_plan'
