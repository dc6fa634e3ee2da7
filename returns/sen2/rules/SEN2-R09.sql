/*
id: SEN2-R09
severity: error
from: 2023
family: format
message: Exported is neither a three-digit LA code nor XXX.
items: ["Exported"]
owner: ehc_casework
*/
select 'requests' as module, requeststableid as record_key, 'Exported' as item
from returns.sen2_requests
where not blank(exported) and not regexp_full_match(exported, '[0-9]{3}|XXX')
