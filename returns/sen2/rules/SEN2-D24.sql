/*
id: SEN2-D24
severity: error
from: 2023
family: cardinality
message: The plan names more than two settings.
items: ["URN", "UKPRN", "SENSetting"]
owner: ehc_casework
*/
select 'named_plan' as module, namedplantableid as record_key, 'URN' as item
from returns.sen2_plan_detail
group by namedplantableid
having count(*) > 2
