/*
id: INSP-D02
severity: error
from: 2023
family: cross_person
message: The ULN is given to more than one child or young person.
items:
  - "ULN"
owner: ehc_casework
*/
select module, record_key, 'ULN' as item
from inspection_listed
where not blank(uln)
qualify count(*) over (partition by uln) > 1
