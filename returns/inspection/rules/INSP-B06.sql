/*
id: INSP-B06
severity: error
from: 2023
family: gias
message: The main setting is not in Get Information About Schools.
items:
  - "Main education establishment – URN"
owner: gias
needs: [gias]
*/
select module, record_key, 'Main education establishment – URN' as item
from inspection_listed
where regexp_full_match(main_urn, '[0-9]{6}')
    and not exists (select 1 from facts.dim_setting as setting where setting.urn = inspection_listed.main_urn)
