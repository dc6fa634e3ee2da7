/*
id: SEN2-P53
severity: query
from: 2023
family: cross_person
message: Two persons have the same name, and dates of birth with day and month changed over.
items: ["PersonBirthDate", "Surname", "Forename"]
owner: ehc_casework
*/
select 'person' as module, persontableid as record_key, 'PersonBirthDate' as item
from returns.sen2_person
where not blank(surname) and not blank(forename) and personbirthdate is not null and day(personbirthdate) <= 12
window changed_over as (
    partition by
        upper(trim(surname)), upper(trim(forename)), year(personbirthdate),
        least(day(personbirthdate), month(personbirthdate)), greatest(day(personbirthdate), month(personbirthdate))
)
qualify min(personbirthdate) over changed_over <> max(personbirthdate) over changed_over
