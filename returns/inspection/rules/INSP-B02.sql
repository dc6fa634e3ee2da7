/*
id: INSP-B02
severity: query
from: 2023
family: code
message: The list has no letter for this need, so it is printed without one.
items:
  - "SEN primary need"
owner: ehc_casework
*/
select module, record_key, 'SEN primary need' as item
from inspection_listed
where is_foreign('need', primary_need)
