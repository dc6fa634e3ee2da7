/*
id: SEN2-R29
severity: error
from: 2023
family: cross_item
message: The person is said to have been exported to this council itself.
items: ["Exported"]
owner: ehc_casework
*/
select 'requests' as module, requeststableid as record_key, 'Exported' as item
from returns.sen2_requests
where exported in (select lea from returns.sen2_header)
