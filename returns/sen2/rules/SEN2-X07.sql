/*
id: SEN2-X07
severity: query
from: 2023
family: census
message: The school census has the person on the roll of a school, but the placement says not in education or home educated.
items: ["SENSetting"]
owner: ehc_casework
needs: [census]
*/
with out_of_school as (
    select persontableid
    from sen2_stay
    where in_force and on_census_day
    group by persontableid
    having bool_and(coalesce(sensetting in ('NEET', 'NIEC', 'NIEO', 'EHE'), false))
)

select 'person' as module, persontableid as record_key, 'SENSetting' as item
from out_of_school
semi join sen2_census using (persontableid)
