/*
id: SEN2-D13
severity: error
from: 2023
family: format
message: The UKPRN does not begin with 1, as every UKPRN does.
items: ["UKPRN"]
owner: ehc_casework
*/
select module, record_key, 'UKPRN' as item
from sen2_setting
where regexp_full_match(ukprn, '[02-9][0-9]{7}')
