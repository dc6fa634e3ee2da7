/*
id: SEN2-D06
severity: query
from: 2023
message: A place in a SEN unit or resourced provision is recorded where GIAS lists none.
items: ["SENunitIndicator", "ResourcedProvisionIndicator"]
owner: ehc_casework
needs: [gias]
*/
select module, record_key, 'SENunitIndicator' as item
from sen2_setting
inner join facts.dim_setting as setting on trim(sen2_setting.urn) = setting.urn
where sen2_setting.senunitindicator = 1 and not setting.has_sen_unit
union all
select module, record_key, 'ResourcedProvisionIndicator' as item
from sen2_setting
inner join facts.dim_setting as setting on trim(sen2_setting.urn) = setting.urn
where sen2_setting.resourcedprovisionindicator = 1 and not setting.has_resourced_provision
