-- What the rules against the school census share; made only where the census is there.

-- One row a person of the return and place on roll on census day.
create or replace temp table sen2_census as
select link.source_key as persontableid, link.person_id, census.urn, census.senprovision, census.sex, census.age,
    census.primary_need
from matching.int_person_links as link
inner join facts.fct_census_sen as census using (person_id)
semi join returns.sen2_person as person on person.persontableid = link.source_key
where link.source_system = 'ehc' and census.census_date = census_day();
