/*
id: INSP-C04
severity: error
from: 2023
family: dates
message: The initial plan is dated before the birth.
items:
  - "Date initial EHC plan issued"
  - "Date of birth"
owner: ehc_casework
*/
select 'list_1' as module, persontableid as record_key, 'Date initial EHC plan issued' as item
from returns.inspection_list_1
where initial_plan_date < birth_date
