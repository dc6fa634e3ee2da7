/*
id: INSP-A01
severity: error
from: 2023
family: presence
message: The date of birth is missing.
items:
  - "Date of birth"
owner: ehc_casework
*/
select module, record_key, 'Date of birth' as item
from inspection_listed
where birth_date is null
