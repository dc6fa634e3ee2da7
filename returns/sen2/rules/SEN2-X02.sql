/*
id: SEN2-X02
severity: query
from: 2023
family: census
message: The school census says the person holds a plan, but casework has none on census day.
items: ["StartDate"]
owner: ehc_casework
needs: [census]
brings_source: true
*/
select
    'census' as module,
    census.person_id as record_key,
    'StartDate' as item,
    'census_pupilonroll' as source_table,
    any_value(census._file_hash order by census._row) as file_hash,
    min(census._row) as row
from facts.fct_census_sen as census
where
    census.census_date = census_day()
    and census.senprovision = 'E'
    and census.person_id not in (
        select known.person_id from sen2_census as known semi join (from sen2_case where in_force) using (persontableid)
    )
group by census.person_id
