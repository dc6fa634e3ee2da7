/*
id: INSP-E01
severity: error
from: 2023
family: format
message: Absence is not a percentage from 0 to 100.
items:
  - "Absence"
owner: school_census
*/
select module, record_key, 'Absence' as item
from inspection_listed
where absence not between 0 and 100
