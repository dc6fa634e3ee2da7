/*
id: SEN2-H12
severity: error
from: 2023
family: header
message: The LA number of the header is not that of a local authority in England.
items: ["LEA"]
owner: settings
*/
select 'header' as module, 'header' as record_key, 'LEA' as item
from returns.sen2_header
where regexp_full_match(lea, '[0-9]{3}') and lea not in (select code from sen2_la)
