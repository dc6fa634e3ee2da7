/*
id: SEN2-X05
severity: query
from: 2023
family: census
message: The school census has another age for the person on census day than the date of birth gives.
items: ["PersonBirthDate"]
owner: ehc_casework
needs: [census]
*/
select 'person' as module, person.persontableid as record_key, 'PersonBirthDate' as item
from returns.sen2_person as person
inner join sen2_census as census using (persontableid)
where person.personbirthdate is not null and census.age is not null
group by person.persontableid
having bool_and(census.age <> age_on(person.personbirthdate, census_day()))
