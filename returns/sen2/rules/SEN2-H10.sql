/*
id: SEN2-H10
severity: error
from: 2023
family: header
message: The header does not say whether there is a designated clinical officer.
items: ["DCO"]
owner: settings
*/
select 'header' as module, 'header' as record_key, 'DCO' as item
from returns.sen2_header
where blank(dco)
