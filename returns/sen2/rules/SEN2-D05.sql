/*
id: SEN2-D05
severity: query
from: 2023
family: gias
message: The setting had closed before the person entered it.
items: ["URN", "EntryDate"]
owner: ehc_casework
needs: [gias]
*/
select sen2_setting.module, sen2_setting.record_key, 'EntryDate' as item
from sen2_setting
inner join facts.dim_setting as setting on trim(sen2_setting.urn) = setting.urn
where setting.close_date < sen2_setting.entrydate
