/*
id: SEN2-P06
severity: error
from: 2023
family: check_digit
message: The check digit of the ULN is wrong.
items: ["UniqueLearnerNumber"]
owner: ehc_casework
*/
select 'person' as module, persontableid as record_key, 'UniqueLearnerNumber' as item
from returns.sen2_person
where regexp_full_match(uniquelearnernumber, '[1-9][0-9]{9}') and not uln_is_placeholder(uniquelearnernumber) and not uln_is_sound(uniquelearnernumber)
