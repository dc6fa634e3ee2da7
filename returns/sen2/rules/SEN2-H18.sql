/*
id: SEN2-H18
severity: error
from: 2023
family: header
message: There is not exactly one header.
items: ["Collection"]
owner: settings
*/
select 'header' as module, 'header' as record_key, 'Collection' as item
from returns.sen2_header
having count(*) <> 1
