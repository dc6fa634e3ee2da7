/*
id: SEN2-N22
severity: query
from: 2023
family: dates
message: The plan ceased after census day.
items: ["CeaseDate"]
owner: ehc_casework
*/
select 'named_plan' as module, namedplantableid as record_key, 'CeaseDate' as item
from returns.sen2_named_plan
where ceasedate > census_day() and ceasedate <= return_day()
