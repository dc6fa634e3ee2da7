/*
id: SEN2-X06
severity: query
from: 2023
family: census
message: The primary need in the school census is none of the needs in casework.
items: ["SENtype"]
owner: ehc_casework
needs: [census]
*/
with needs as (
    select sen2_active.persontableid, list(need.sentype) as types
    from sen2_active
    inner join returns.sen2_sen_need as need using (activeplanstableid)
    where sen2_active.in_force and not blank(need.sentype)
    group by sen2_active.persontableid
),

in_census as (
    select persontableid, list(primary_need) as types
    from sen2_census
    -- no specialist assessment: not a need of the return
    where senprovision = 'E' and primary_need <> 'NSA'
    group by persontableid
)

select 'person' as module, needs.persontableid as record_key, 'SENtype' as item
from needs
inner join in_census using (persontableid)
where not list_has_any(needs.types, in_census.types)
