/*
id: SEN2-D10
severity: error
from: 2023
family: code
message: Whether the place is in a SEN unit is neither 1 nor 0.
items: ["SENunitIndicator"]
owner: ehc_casework
*/
select module, record_key, 'SENunitIndicator' as item
from sen2_setting
where senunitindicator not in (0, 1)
