/*
id: SEN2-H13
severity: error
from: 2023
family: header
message: The header does not name the software.
items: ["SoftwareCode"]
owner: settings
*/
select 'header' as module, 'header' as record_key, 'SoftwareCode' as item
from returns.sen2_header
where blank(softwarecode)
