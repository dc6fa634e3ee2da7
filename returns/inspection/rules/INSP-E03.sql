/*
id: INSP-E03
severity: query
from: 2023
family: cross_item
message: The child was permanently excluded more than once in six months.
items:
  - "Permanent exclusions"
owner: school_census
*/
select module, record_key, 'Permanent exclusions' as item
from inspection_listed
where permanent_exclusions > 1
