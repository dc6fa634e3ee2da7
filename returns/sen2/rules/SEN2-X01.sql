/*
id: SEN2-X01
severity: query
from: 2023
family: census
message: The person holds a plan on census day, but the school census says no plan.
items: ["StartDate"]
owner: school_census
needs: [census]
*/
select 'person' as module, persons.persontableid as record_key, 'StartDate' as item
from (select distinct persontableid from sen2_case where in_force) as persons
inner join matching.int_person_links as link on link.source_system = 'ehc' and link.source_key = persons.persontableid
inner join facts.fct_census_sen as census using (person_id)
where census.census_date = census_day()
group by persons.persontableid
having not bool_or(coalesce(census.senprovision = 'E', false))
