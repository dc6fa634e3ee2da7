/*
id: SEN2-N02
severity: error
from: 2023
family: dates
message: The plan ceased before it started.
items: ["CeaseDate", "StartDate"]
owner: ehc_casework
*/
select 'named_plan' as module, namedplantableid as record_key, 'CeaseDate' as item
from returns.sen2_named_plan
where ceasedate < startdate
