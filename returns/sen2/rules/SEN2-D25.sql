/*
id: SEN2-D25
severity: query
from: 2023
family: cardinality
message: The plan names the same setting twice.
items: ["URN", "UKPRN"]
owner: ehc_casework
*/
with named as (
    select namedplantableid
    from returns.sen2_plan_detail
    group by namedplantableid
    having count(*) = 2
)

select 'named_plan' as module, namedplantableid as record_key, 'URN' as item
from returns.sen2_plan_detail
semi join named using (namedplantableid)
where not (blank(urn) and blank(ukprn))
group by namedplantableid
having count(*) = 2 and count(distinct coalesce(trim(urn), trim(ukprn))) = 1
