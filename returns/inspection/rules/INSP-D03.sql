/*
id: INSP-D03
severity: error
from: 2023
family: cross_person
message: The child or young person is in both lists.
items:
  - "Unique ID"
owner: ehc_casework
*/
select 'list_2' as module, persontableid as record_key, 'Unique ID' as item
from returns.inspection_list_2
where unique_id in (select unique_id from returns.inspection_list_1)
