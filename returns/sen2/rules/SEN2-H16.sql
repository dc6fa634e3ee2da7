/*
id: SEN2-H16
severity: error
from: 2023
family: header
message: The header does not say when the file was made.
items: ["DateTime"]
owner: settings
*/
select 'header' as module, 'header' as record_key, 'DateTime' as item
from returns.sen2_header
where datetime is null
