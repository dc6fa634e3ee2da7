/*
id: SEN2-H01
severity: error
from: 2023
family: header
message: The header does not say that this is a SEN2 return.
items: ["Collection"]
owner: settings
*/
select 'header' as module, 'header' as record_key, 'Collection' as item
from returns.sen2_header
where collection is distinct from 'SEN2'
