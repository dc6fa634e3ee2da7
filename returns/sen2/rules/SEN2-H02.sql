/*
id: SEN2-H02
severity: error
from: 2023
family: header
message: The LA number of the header is not three digits.
items: ["LEA"]
owner: settings
*/
select 'header' as module, 'header' as record_key, 'LEA' as item
from returns.sen2_header
where blank(lea) or not regexp_full_match(lea, '[0-9]{3}')
