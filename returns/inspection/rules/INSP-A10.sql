/*
id: INSP-A10
severity: error
from: 2023
family: cross_item
message: The child is of school age (5 to 15) and has a subsidiary setting but no main one.
items:
  - "Main education establishment – URN"
  - "Subsidiary education establishment – phase (dual registration)"
  - "Date of birth"
owner: ehc_casework
*/
select module, record_key, 'Main education establishment – URN' as item
from inspection_listed
where blank(main_urn) and not blank(subsidiary_phase) and age_on(birth_date, census_day()) between 5 and 15
