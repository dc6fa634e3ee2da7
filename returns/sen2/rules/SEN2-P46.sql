/*
id: SEN2-P46
severity: query
from: 2023
family: check_digit
message: A name is a word that stands for not known.
items: ["Surname", "Forename"]
owner: ehc_casework
*/
with word (name) as (
    values
    ('UNKNOWN'), ('NOT KNOWN'), ('UNBORN'), ('BABY'), ('TEST'), ('DUMMY'), ('NONE'), ('N/A'), ('NA'), ('TBC'), ('XX'),
    ('XXX'), ('XXXX'), ('ANON'), ('NOT STATED')
)

select 'person' as module, persontableid as record_key, 'Surname' as item
from returns.sen2_person
where upper(trim(surname)) in (select name from word)
union all
select 'person' as module, persontableid as record_key, 'Forename' as item
from returns.sen2_person
where upper(trim(forename)) in (select name from word)
