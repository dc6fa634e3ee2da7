/*
id: SEN2-D12
severity: error
from: 2023
family: format
message: The UKPRN is not eight digits.
items: ["UKPRN"]
owner: ehc_casework
*/
select module, record_key, 'UKPRN' as item
from sen2_setting
where not blank(ukprn) and not regexp_full_match(ukprn, '[0-9]{8}')
