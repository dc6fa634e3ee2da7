/*
id: INSP-C02
severity: error
from: 2023
family: dates
message: The initial plan is dated after its update.
items:
  - "Date initial EHC plan issued"
  - "Date updated EHC plan issued"
owner: ehc_casework
*/
select 'list_1' as module, persontableid as record_key, 'Date updated EHC plan issued' as item
from returns.inspection_list_1
where initial_plan_date > updated_plan_date
