/*
id: SEN2-D22
severity: query
from: 2023
family: cross_item
message: The place is said to be both in a SEN unit and in resourced provision.
items: ["SENunitIndicator", "ResourcedProvisionIndicator"]
owner: ehc_casework
*/
select module, record_key, 'ResourcedProvisionIndicator' as item
from sen2_setting
where senunitindicator = 1 and resourcedprovisionindicator = 1
