/*
id: SEN2-H09
severity: error
from: 2023
family: header
message: The header does not say whether there is a designated medical officer.
items: ["DMO"]
owner: settings
*/
select 'header' as module, 'header' as record_key, 'DMO' as item
from returns.sen2_header
where blank(dmo)
