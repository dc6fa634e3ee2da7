/*
id: SEN2-D06
severity: query
from: 2023
family: gias
message: A place in a SEN unit is recorded where GIAS lists none.
items: ["SENunitIndicator"]
owner: ehc_casework
needs: [gias]
*/
select sen2_setting.module, sen2_setting.record_key, 'SENunitIndicator' as item
from sen2_setting
inner join facts.dim_setting as setting on trim(sen2_setting.urn) = setting.urn
where sen2_setting.senunitindicator = 1 and not setting.has_sen_unit
