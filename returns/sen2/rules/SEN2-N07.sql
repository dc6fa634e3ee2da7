/*
id: SEN2-N07
severity: error
from: 2023
family: code
message: The reason the plan ceased is not in the list.
items: ["CeaseReason"]
owner: ehc_casework
*/
select 'named_plan' as module, namedplantableid as record_key, 'CeaseReason' as item
from returns.sen2_named_plan
where not blank(ceasereason) and ceasereason not in (select code from sen2_code where list = 'cease_reason')
