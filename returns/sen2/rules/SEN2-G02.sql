/*
id: SEN2-G02
severity: query
from: 2023
family: gias
message: The setting had not yet opened when the person entered it.
items: ["URN", "EntryDate"]
owner: ehc_casework
needs: [gias]
*/
select sen2_setting.module, sen2_setting.record_key, 'EntryDate' as item
from sen2_setting
inner join facts.dim_setting as setting on trim(sen2_setting.urn) = setting.urn
where setting.open_date > sen2_setting.entrydate
