/*
id: SEN2-P32
severity: error
from: 2023
family: format
message: The ULN is not ten digits, the first of them not nought.
items: ["UniqueLearnerNumber"]
owner: ehc_casework
*/
select 'person' as module, persontableid as record_key, 'UniqueLearnerNumber' as item
from returns.sen2_person
where
    not blank(uniquelearnernumber) and not regexp_full_match(uniquelearnernumber, '[1-9][0-9]{9}')
    and not uln_is_placeholder(uniquelearnernumber) and not upn_is_sound(uniquelearnernumber)
