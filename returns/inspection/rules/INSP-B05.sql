/*
id: INSP-B05
severity: error
from: 2023
family: format
message: The URN of the main setting is not six digits.
items:
  - "Main education establishment – URN"
owner: ehc_casework
*/
select module, record_key, 'Main education establishment – URN' as item
from inspection_listed
where not blank(main_urn) and not regexp_full_match(main_urn, '[0-9]{6}')
