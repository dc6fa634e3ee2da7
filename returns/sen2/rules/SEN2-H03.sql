/*
id: SEN2-H03
severity: error
from: 2023
family: header
message: The header says neither Y, N nor R for the designated medical officer.
items: ["DMO"]
owner: settings
*/
select 'header' as module, 'header' as record_key, 'DMO' as item
from returns.sen2_header
where not blank(dmo) and dmo not in (select code from sen2_code where list = 'officer')
