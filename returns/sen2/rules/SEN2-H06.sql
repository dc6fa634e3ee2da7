/*
id: SEN2-H06
severity: error
from: 2023
family: header
message: The source level of the header is not L.
items: ["SourceLevel"]
owner: settings
*/
select 'header' as module, 'header' as record_key, 'SourceLevel' as item
from returns.sen2_header
where sourcelevel is distinct from 'L'
