/*
id: SEN2-N10
severity: error
from: 2023
family: cardinality
message: More than one plan hangs from one assessment.
items: ["StartDate"]
owner: ehc_casework
*/
select 'named_plan' as module, namedplantableid as record_key, 'StartDate' as item
from returns.sen2_named_plan
qualify count(*) over (partition by assessmenttableid) > 1
