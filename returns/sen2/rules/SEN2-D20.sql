/*
id: SEN2-D20
severity: query
from: 2023
family: presence
message: It is not said whether the place at this school or college is in a SEN unit.
items: ["SENunitIndicator", "URN"]
owner: ehc_casework
*/
select module, record_key, 'SENunitIndicator' as item
from sen2_setting
where not blank(urn) and senunitindicator is null
