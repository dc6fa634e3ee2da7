/*
id: INSP-A02
severity: error
from: 2023
family: presence
message: Gender is missing.
items:
  - "Gender"
owner: ehc_casework
*/
select module, record_key, 'Gender' as item
from inspection_listed
where blank(gender)
