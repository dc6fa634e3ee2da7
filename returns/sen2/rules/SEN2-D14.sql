/*
id: SEN2-D14
severity: error
from: 2023
family: code
message: The URN is a number that stands for no setting.
items: ["URN"]
owner: ehc_casework
*/
select module, record_key, 'URN' as item
from sen2_setting
where urn_stands_for_none(urn)
