/*
id: SEN2-H19
severity: query
from: 2023
family: header
message: The file says it was made long after the return was due; is the date and time right?
items: ["DateTime"]
owner: settings
*/
select 'header' as module, 'header' as record_key, 'DateTime' as item
from returns.sen2_header
where datetime::date > census_day() + 364
