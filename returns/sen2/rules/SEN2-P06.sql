/*
id: SEN2-P06
severity: error
from: 2023
family: check_digit
message: The ULN is not ten digits, or its check digit is wrong.
items: ["UniqueLearnerNumber"]
owner: ehc_casework
*/
select 'person' as module, persontableid as record_key, 'UniqueLearnerNumber' as item
from returns.sen2_person
where not blank(uniquelearnernumber) and not uln_is_sound(uniquelearnernumber)
