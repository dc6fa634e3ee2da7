/*
id: SEN2-D07
severity: error
from: 2023
message: Not in education, employment or training is only for ages 16 to 25.
items: ["SENSetting", "PersonBirthDate"]
owner: ehc_casework
*/
select 'placement_detail' as module, placement.placementdetailtableid as record_key, 'SENSetting' as item
from returns.sen2_placement_detail as placement
inner join sen2_case using (activeplanstableid)
where
    placement.sensetting = 'NEET'
    and (
        age_on(sen2_case.personbirthdate, coalesce(placement.leavingdate, census_day())) < 16
        or age_on(sen2_case.personbirthdate, greatest(placement.entrydate, period_start())) > 25
    )
