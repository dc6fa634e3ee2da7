/*
id: INSP-B04
severity: error
from: 2023
family: check_digit
message: The ULN is not sound (ten digits and a check digit).
items:
  - "ULN"
owner: ehc_casework
*/
select module, record_key, 'ULN' as item
from inspection_listed
where not blank(uln) and not uln_is_sound(uln)
