/*
id: SEN2-G08
severity: query
from: 2023
family: gias
message: The person is more than a year older than the setting's highest age on census day.
items: ["URN", "PersonBirthDate"]
owner: ehc_casework
needs: [gias]
*/
select 'placement_detail' as module, sen2_stay.placementdetailtableid as record_key, 'URN' as item
from sen2_stay
inner join facts.dim_setting as setting on trim(sen2_stay.urn) = setting.urn
where
    sen2_stay.on_census_day
    and sen2_stay.in_force
    and setting.high_age >= coalesce(setting.low_age, 0)
    and age_on(sen2_stay.personbirthdate, census_day()) > setting.high_age + 1
