/*
id: SEN2-R28
severity: query
from: 2023
family: code
message: Exported is not the code of a local authority in England.
items: ["Exported"]
owner: ehc_casework
*/
select 'requests' as module, requeststableid as record_key, 'Exported' as item
from returns.sen2_requests
where regexp_full_match(exported, '[0-9]{3}') and exported not in (select code from sen2_la)
