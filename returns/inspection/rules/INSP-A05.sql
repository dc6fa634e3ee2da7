/*
id: INSP-A05
severity: query
from: 2023
family: presence
message: It is not said whether the child or young person has a disability.
items:
  - "Does the child or young person have a disability?"
owner: social_care
*/
select module, record_key, 'Does the child or young person have a disability?' as item
from inspection_listed
where blank(disability)
