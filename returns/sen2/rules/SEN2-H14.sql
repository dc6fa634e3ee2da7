/*
id: SEN2-H14
severity: error
from: 2023
family: header
message: The header does not say which release of the software made the file.
items: ["Release"]
owner: settings
*/
select 'header' as module, 'header' as record_key, 'Release' as item
from returns.sen2_header
where blank(release)
