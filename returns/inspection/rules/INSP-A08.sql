/*
id: INSP-A08
severity: error
from: 2023
family: presence
message: The child or young person is 6 or older and has neither a UPN nor a ULN.
items:
  - "UPN"
  - "ULN"
owner: ehc_casework
*/
select module, record_key, 'UPN' as item
from inspection_listed
where blank(upn) and blank(uln) and age_on(birth_date, census_day()) >= 6
