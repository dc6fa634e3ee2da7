/*
id: SEN2-P22
severity: query
from: 2023
family: age_scope
message: The plan is held on census day, but the academic year of the 25th birthday has ended.
items: ["PersonBirthDate", "StartDate"]
owner: ehc_casework
*/
select distinct 'person' as module, persontableid as record_key, 'PersonBirthDate' as item
from sen2_case
where
    in_force
    -- the academic year of census day began on 1 September before it
    and personbirthdate < make_date(year(census_day()) - 26, 9, 1)
    and age_on(personbirthdate, period_start()) <= 25
