/*
id: INSP-A03
severity: error
from: 2023
family: presence
message: Ethnicity is missing.
items:
  - "Ethnicity"
owner: ehc_casework
*/
select module, record_key, 'Ethnicity' as item
from inspection_listed
where blank(ethnicity)
