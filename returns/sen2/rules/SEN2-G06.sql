/*
id: SEN2-G06
severity: error
from: 2023
family: gias
message: The URN is that of a children's centre, which is no setting for a plan.
items: ["URN"]
owner: ehc_casework
needs: [gias]
*/
select sen2_setting.module, sen2_setting.record_key, 'URN' as item
from sen2_setting
inner join facts.dim_setting as setting on trim(sen2_setting.urn) = setting.urn
where setting.type_code in ('47', '48')
