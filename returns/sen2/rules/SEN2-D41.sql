/*
id: SEN2-D41
severity: query
from: 2024
family: age_scope
message: The placement is work-based learning, but the person is under 16.
items: ["WBP", "PersonBirthDate"]
owner: ehc_casework
*/
select 'placement_detail' as module, placementdetailtableid as record_key, 'WBP' as item
from sen2_stay
where not blank(wbp) and age_on(personbirthdate, coalesce(leavingdate, census_day())) < 16
