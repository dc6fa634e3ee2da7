/*
id: SEN2-H07
severity: error
from: 2023
family: header
message: The header says neither Y, N nor R for the designated clinical officer.
items: ["DCO"]
owner: settings
*/
select 'header' as module, 'header' as record_key, 'DCO' as item
from returns.sen2_header
where not blank(dco) and dco not in (select code from sen2_code where list = 'officer')
