/*
id: SEN2-H08
severity: error
from: 2025
family: header
message: The header says neither Y, N nor R for the designated social care officer.
items: ["DSCO"]
owner: settings
*/
select 'header' as module, 'header' as record_key, 'DSCO' as item
from returns.sen2_header
where not blank(dsco) and dsco not in (select code from sen2_code where list = 'officer')
