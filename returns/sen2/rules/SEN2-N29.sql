/*
id: SEN2-N29
severity: query
from: 2023
family: age_scope
message: The plan names work-based learning, but the person is under 16.
items: ["PlanWBP", "PersonBirthDate"]
owner: ehc_casework
*/
select 'named_plan' as module, namedplantableid as record_key, 'PlanWBP' as item
from sen2_plan
where
    not blank(planwbp)
    and age_on(personbirthdate, coalesce(ceasedate, census_day())) < 16
