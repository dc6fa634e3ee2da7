/*
id: SEN2-D08
severity: error
from: 2023
family: code
message: The SEN setting is not in the list.
items: ["SENSetting"]
owner: ehc_casework
*/
select module, record_key, 'SENSetting' as item
from sen2_setting
where not blank(sensetting) and sensetting not in (select code from sen2_code where list = 'placement_setting')
