/*
id: SEN2-P34
severity: error
from: 2023
family: cross_person
message: Two persons have the same ULN.
items: ["UniqueLearnerNumber"]
owner: ehc_casework
*/
select 'person' as module, persontableid as record_key, 'UniqueLearnerNumber' as item
from returns.sen2_person
where not blank(uniquelearnernumber) and not uln_is_placeholder(uniquelearnernumber)
qualify count(*) over (partition by trim(uniquelearnernumber)) > 1
