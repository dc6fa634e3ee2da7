/*
id: SEN2-G05
severity: query
from: 2023
family: gias
message: The setting is of a kind where a plan is unlikely (higher education, offshore, overseas, service children's, online or miscellaneous).
items: ["URN"]
owner: ehc_casework
needs: [gias]
*/
select sen2_setting.module, sen2_setting.record_key, 'URN' as item
from sen2_setting
inner join facts.dim_setting as setting on trim(sen2_setting.urn) = setting.urn
where setting.type_code in ('25', '26', '27', '29', '37', '49', '56')
