/*
id: SEN2-D02
severity: error
from: 2023
family: presence
message: The setting is given as other, but not said in words.
items: ["SENSettingOther", "SENSetting"]
owner: ehc_casework
*/
select module, record_key, 'SENSettingOther' as item
from sen2_setting
where sensetting in ('OTH', 'NIEO') and blank(sensettingother)
