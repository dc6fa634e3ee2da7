/*
id: SEN2-D17
severity: query
from: 2023
family: cross_item
message: The setting is described in words, though it is not given as other.
items: ["SENSettingOther", "SENSetting"]
owner: ehc_casework
*/
select module, record_key, 'SENSettingOther' as item
from sen2_setting
where not blank(sensettingother) and coalesce(sensetting, '') not in ('OTH', 'NIEO')
