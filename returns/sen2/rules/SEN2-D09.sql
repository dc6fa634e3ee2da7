/*
id: SEN2-D09
severity: error
from: 2023
message: The URN is not five or six digits, or the UKPRN not eight.
items: ["URN", "UKPRN"]
owner: ehc_casework
*/
select module, record_key, 'URN' as item
from sen2_setting
where not blank(urn) and not regexp_full_match(urn, '[0-9]{5,6}')
union all
select module, record_key, 'UKPRN' as item
from sen2_setting
where not blank(ukprn) and not regexp_full_match(ukprn, '[0-9]{8}')
