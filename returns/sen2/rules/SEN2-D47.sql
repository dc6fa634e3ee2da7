/*
id: SEN2-D47
severity: query
from: 2023
family: age_scope
message: The person is home educated on census day, but is 19 or over.
items: ["SENSetting", "PersonBirthDate"]
owner: ehc_casework
*/
select 'placement_detail' as module, placementdetailtableid as record_key, 'SENSetting' as item
from sen2_stay
where sensetting = 'EHE' and on_census_day and age_on(personbirthdate, census_day()) >= 19
