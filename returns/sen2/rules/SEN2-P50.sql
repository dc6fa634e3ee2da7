/*
id: SEN2-P50
severity: query
from: 2023
family: cross_person
message: Two persons have the same forename, date of birth and post code; has one child two surnames?
items: ["Surname", "Forename", "PersonBirthDate", "PostCode"]
owner: ehc_casework
*/
select 'person' as module, persontableid as record_key, 'Surname' as item
from returns.sen2_person
where not blank(surname) and not blank(forename) and not blank(postcode) and personbirthdate is not null
window same_child as (partition by upper(trim(forename)), personbirthdate, upper(replace(postcode, ' ', '')))
-- the same surname too is another rule
qualify min(upper(trim(surname))) over same_child <> max(upper(trim(surname))) over same_child
