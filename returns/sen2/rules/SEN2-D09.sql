/*
id: SEN2-D09
severity: error
from: 2023
family: format
message: The URN is not five or six digits.
items: ["URN"]
owner: ehc_casework
*/
select module, record_key, 'URN' as item
from sen2_setting
where not blank(urn) and not regexp_full_match(urn, '[0-9]{5,6}')
