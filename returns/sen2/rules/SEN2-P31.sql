/*
id: SEN2-P31
severity: error
from: 2023
family: cross_item
message: The ULN holds a UPN.
items: ["UniqueLearnerNumber"]
owner: ehc_casework
*/
select 'person' as module, persontableid as record_key, 'UniqueLearnerNumber' as item
from returns.sen2_person
where length(uniquelearnernumber) = 13 and upn_is_sound(uniquelearnernumber)
