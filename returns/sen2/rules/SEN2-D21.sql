/*
id: SEN2-D21
severity: query
from: 2023
family: presence
message: It is not said whether the place at this school or college is in resourced provision.
items: ["ResourcedProvisionIndicator", "URN"]
owner: ehc_casework
*/
select module, record_key, 'ResourcedProvisionIndicator' as item
from sen2_setting
where not blank(urn) and resourcedprovisionindicator is null
