/*
id: INSP-C01
severity: error
from: 2023
family: dates
message: The date lies in the future.
items:
  - "Date of birth"
  - "Date initial EHC plan issued"
  - "Date updated EHC plan issued"
  - "Date EHC plan last reviewed"
owner: ehc_casework
*/
select module, record_key, 'Date of birth' as item
from inspection_listed
where birth_date > census_day()
union all
select 'list_1' as module, persontableid as record_key, 'Date initial EHC plan issued' as item
from returns.inspection_list_1
where initial_plan_date > census_day()
union all
select 'list_1' as module, persontableid as record_key, 'Date updated EHC plan issued' as item
from returns.inspection_list_1
where updated_plan_date > census_day()
union all
select 'list_1' as module, persontableid as record_key, 'Date EHC plan last reviewed' as item
from returns.inspection_list_1
where last_review_date > census_day()
