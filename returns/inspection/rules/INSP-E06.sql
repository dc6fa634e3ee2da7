/*
id: INSP-E06
severity: query
from: 2023
family: cross_item
message: The child is said to be taught at home, and a main setting is given.
items:
  - "Elective home education"
  - "Main education establishment – URN"
owner: ehc_casework
*/
select module, record_key, 'Elective home education' as item
from inspection_listed
where home_education = 'Y' and not blank(main_urn)
