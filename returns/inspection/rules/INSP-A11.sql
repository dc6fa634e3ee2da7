/*
id: INSP-A11
severity: query
from: 2023
family: cross_item
message: The main setting has no phase the list has a letter for.
items:
  - "Main education establishment – phase"
  - "Main education establishment – URN"
owner: gias
*/
select module, record_key, 'Main education establishment – phase' as item
from inspection_listed
where not blank(main_urn) and blank(main_phase)
