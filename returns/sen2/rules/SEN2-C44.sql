/*
id: SEN2-C44
severity: query
from: 2023
to: 2023
family: age_scope
message: The person is in work-based learning, but is under 16.
items: ["WBP", "PersonBirthDate"]
owner: ehc_casework
*/
select 'active_plans' as module, sen2_active.activeplanstableid as record_key, 'WBP' as item
from sen2_active
inner join returns.sen2_active_plans as active_plans using (activeplanstableid)
where
    not blank(active_plans.wbp)
    and age_on(sen2_active.personbirthdate, coalesce(sen2_active.ceasedate, census_day())) < 16
