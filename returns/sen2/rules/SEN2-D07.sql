/*
id: SEN2-D07
severity: error
from: 2023
family: age_scope
message: Not in education, employment or training is only for ages 16 to 25.
items: ["SENSetting", "PersonBirthDate"]
owner: ehc_casework
*/
select 'placement_detail' as module, placementdetailtableid as record_key, 'SENSetting' as item
from sen2_stay
where
    sensetting = 'NEET'
    and (
        age_on(personbirthdate, coalesce(leavingdate, census_day())) < 16
        or age_on(personbirthdate, greatest(entrydate, period_start())) > 25
    )
