/*
id: SEN2-D15
severity: error
from: 2023
family: code
message: Whether the place is in resourced provision is neither 1 nor 0.
items: ["ResourcedProvisionIndicator"]
owner: ehc_casework
*/
select module, record_key, 'ResourcedProvisionIndicator' as item
from sen2_setting
where resourcedprovisionindicator not in (0, 1)
