/*
id: SEN2-N08
severity: query
from: 2023
family: cardinality
message: The plan names no setting.
items: ["URN", "UKPRN", "SENSetting"]
owner: ehc_casework
*/
select 'named_plan' as module, namedplantableid as record_key, 'URN' as item
from returns.sen2_named_plan
anti join returns.sen2_plan_detail using (namedplantableid)
