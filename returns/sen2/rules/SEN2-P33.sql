/*
id: SEN2-P33
severity: error
from: 2023
family: check_digit
message: The ULN is filled with one digit over and over; it stands for not known.
items: ["UniqueLearnerNumber"]
owner: ehc_casework
*/
select 'person' as module, persontableid as record_key, 'UniqueLearnerNumber' as item
from returns.sen2_person
where uln_is_placeholder(uniquelearnernumber)
