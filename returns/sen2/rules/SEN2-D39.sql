/*
id: SEN2-D39
severity: query
from: 2023
family: age_scope
message: The person is with an early years provider on census day, but is 6 or over.
items: ["SENSetting", "PersonBirthDate"]
owner: ehc_casework
*/
select 'placement_detail' as module, placementdetailtableid as record_key, 'SENSetting' as item
from sen2_stay
where sensetting = 'EYP' and on_census_day and age_on(personbirthdate, census_day()) >= 6
