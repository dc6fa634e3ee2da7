/*
id: INSP-E02
severity: error
from: 2023
family: format
message: The count is less than nought.
items:
  - "Suspensions"
  - "Permanent exclusions"
owner: school_census
*/
select module, record_key, 'Suspensions' as item
from inspection_listed
where suspensions < 0
union all
select module, record_key, 'Permanent exclusions' as item
from inspection_listed
where permanent_exclusions < 0
