/*
id: SEN2-N24
severity: query
from: 2023
family: cross_module
message: The plan ceased before the period; unless it is needed for a request or assessment of the period it is not returned.
items: ["CeaseDate"]
owner: ehc_casework
*/
select 'named_plan' as module, namedplantableid as record_key, 'CeaseDate' as item
from sen2_plan
where
    ceasedate < period_start()
    and coalesce(ceasedate >= startdate, true)
    and coalesce(receiveddate < period_start(), true)
    and coalesce(assessmentoutcomedate < period_start(), true)
