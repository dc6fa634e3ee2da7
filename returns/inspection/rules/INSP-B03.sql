/*
id: INSP-B03
severity: error
from: 2023
family: check_digit
message: The UPN is not sound (letter, length or check letter).
items:
  - "UPN"
owner: ehc_casework
*/
select module, record_key, 'UPN' as item
from inspection_listed
where not blank(upn) and not upn_is_sound(upn)
