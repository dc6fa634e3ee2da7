/*
id: INSP-A12
severity: error
from: 2023
family: presence
message: The date of the initial plan is missing.
items:
  - "Date initial EHC plan issued"
owner: ehc_casework
*/
select 'list_1' as module, persontableid as record_key, 'Date initial EHC plan issued' as item
from returns.inspection_list_1
where initial_plan_date is null
