/*
id: SEN2-H05
severity: error
from: 2023
family: header
message: The reference date of the header is not census day.
items: ["ReferenceDate"]
owner: settings
*/
select 'header' as module, 'header' as record_key, 'ReferenceDate' as item
from returns.sen2_header
where referencedate is distinct from census_day()
