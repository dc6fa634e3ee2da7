/*
id: SEN2-N23
severity: error
from: 2023
family: dates
message: The plan ceased after the day the return was made.
items: ["CeaseDate"]
owner: ehc_casework
*/
select 'named_plan' as module, namedplantableid as record_key, 'CeaseDate' as item
from returns.sen2_named_plan
where ceasedate > return_day()
