/*
id: INSP-D01
severity: error
from: 2023
family: cross_person
message: The UPN is given to more than one child or young person.
items:
  - "UPN"
owner: ehc_casework
*/
select module, record_key, 'UPN' as item
from inspection_listed
where not blank(upn)
qualify count(*) over (partition by upn) > 1
