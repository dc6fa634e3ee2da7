/*
id: SEN2-D38
severity: query
from: 2023
family: cross_item
message: The person is not in education on census day, but has another placement at the same time.
items: ["SENSetting", "PlacementRank"]
owner: ehc_casework
*/
select 'active_plans' as module, activeplanstableid as record_key, 'SENSetting' as item
from sen2_stay_of_several
where on_census_day
group by activeplanstableid
having
    count(*) filter (sensetting in ('NEET', 'NIEC', 'NIEO')) > 0
    and count(*) filter (coalesce(sensetting, '') not in ('NEET', 'NIEC', 'NIEO')) > 0
