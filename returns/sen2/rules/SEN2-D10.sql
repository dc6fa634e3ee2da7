/*
id: SEN2-D10
severity: error
from: 2023
message: A yes or no item of the setting is neither 1 nor 0.
items: ["SENunitIndicator", "ResourcedProvisionIndicator"]
owner: ehc_casework
*/
select module, record_key, 'SENunitIndicator' as item
from sen2_setting
where senunitindicator not in (0, 1)
union all
select module, record_key, 'ResourcedProvisionIndicator' as item
from sen2_setting
where resourcedprovisionindicator not in (0, 1)
