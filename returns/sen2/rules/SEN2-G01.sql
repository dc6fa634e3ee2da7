/*
id: SEN2-G01
severity: query
from: 2023
family: gias
message: A place in resourced provision is recorded where GIAS lists none.
items: ["ResourcedProvisionIndicator"]
owner: ehc_casework
needs: [gias]
*/
select sen2_setting.module, sen2_setting.record_key, 'ResourcedProvisionIndicator' as item
from sen2_setting
inner join facts.dim_setting as setting on trim(sen2_setting.urn) = setting.urn
where sen2_setting.resourcedprovisionindicator = 1 and not setting.has_resourced_provision
