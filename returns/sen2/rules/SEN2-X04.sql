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
inner join sen2_census as census using (persontableid)
where person.sex in ('M', 'F') and census.sex in ('M', 'F')
group by person.persontableid
having bool_and(census.sex <> person.sex)
