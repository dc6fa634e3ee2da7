/*
id: INSP-A09
severity: error
from: 2023
family: presence
message: The child is of school age (5 to 15) and has neither a main nor a subsidiary setting.
items:
  - "Main education establishment – URN"
  - "Subsidiary education establishment – phase (dual registration)"
  - "Date of birth"
owner: ehc_casework
*/
select module, record_key, 'Main education establishment – URN' as item
from inspection_listed
where blank(main_urn)
    and blank(main_phase)
    and blank(subsidiary_phase)
    and age_on(birth_date, census_day()) between 5 and 15
    -- a child taught at home goes to none, and the list says so
    and home_education is distinct from 'Y'
