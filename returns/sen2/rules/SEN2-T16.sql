/*
id: SEN2-T16
severity: query
from: 2023
family: totals
message: Many persons are given as born on a first of January.
items: ["PersonBirthDate"]
owner: ehc_casework
brings_detail: true
*/
with counted as (
    select
        count(*) filter (strftime(personbirthdate, '%m-%d') = '01-01') as part,
        count(*) as whole
    from returns.sen2_person
    where personbirthdate is not null
)

select
    'header' as module,
    'header' as record_key,
    'PersonBirthDate' as item,
    part || ' of ' || whole as detail
from counted
where too_many(part, whole, most_born_on_first_of_january())
