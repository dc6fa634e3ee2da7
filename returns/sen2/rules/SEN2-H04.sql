/*
id: SEN2-H04
severity: error
from: 2023
family: header
message: The header is of another collection year.
items: ["Year"]
owner: settings
*/
select 'header' as module, 'header' as record_key, 'Year' as item
from returns.sen2_header
where year is distinct from collection_year()
