/*
id: INSP-C03
severity: error
from: 2023
family: dates
message: The initial plan is dated after its last review.
items:
  - "Date initial EHC plan issued"
  - "Date EHC plan last reviewed"
owner: ehc_casework
*/
select 'list_1' as module, persontableid as record_key, 'Date EHC plan last reviewed' as item
from returns.inspection_list_1
where initial_plan_date > last_review_date
