/*
id: INSP-A04
severity: error
from: 2023
family: presence
message: The primary need is missing.
items:
  - "SEN primary need"
owner: ehc_casework
*/
select module, record_key, 'SEN primary need' as item
from inspection_listed
where blank(primary_need)
