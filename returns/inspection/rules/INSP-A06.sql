/*
id: INSP-A06
severity: query
from: 2023
family: age_scope
message: The young person is 25.
items:
  - "Date of birth"
owner: ehc_casework
*/
select module, record_key, 'Date of birth' as item
from inspection_listed
where age_on(birth_date, census_day()) = 25
