/*
id: SEN2-D40
severity: query
from: 2023
family: age_scope
message: The person is with a provider that has only a UKPRN (post-16) on census day, but is under 14.
items: ["UKPRN", "PersonBirthDate"]
owner: ehc_casework
*/
select 'placement_detail' as module, placementdetailtableid as record_key, 'UKPRN' as item
from sen2_stay
where not blank(ukprn) and blank(urn) and on_census_day and age_on(personbirthdate, census_day()) < 14
