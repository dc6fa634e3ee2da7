/*
id: SEN2-X04
severity: query
from: 2024
family: census
message: The school census has another sex for the person.
items: ["Sex"]
owner: ehc_casework
needs: [census]
*/
select 'person' as module, person.persontableid as record_key, 'Sex' as item
from returns.sen2_person as person
inner join matching.int_person_links as link
    on link.source_system = 'ehc' and link.source_key = person.persontableid
inner join facts.fct_census_sen as census using (person_id)
where census.census_date = census_day() and person.sex in ('M', 'F') and census.sex in ('M', 'F')
group by person.persontableid
having bool_and(census.sex <> person.sex)
