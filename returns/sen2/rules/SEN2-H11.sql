/*
id: SEN2-H11
severity: error
from: 2026
family: header
message: The header does not say whether there is a designated social care officer.
items: ["DSCO"]
owner: settings
*/
select 'header' as module, 'header' as record_key, 'DSCO' as item
from returns.sen2_header
where blank(dsco)
