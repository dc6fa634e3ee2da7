/*
id: SEN2-N30
severity: query
from: 2023
family: cross_module
message: The plan names a residential setting, but its only setting is home education or an early years provider.
items: ["PlanRes", "SENSetting"]
owner: ehc_casework
*/
select 'named_plan' as module, named_plan.namedplantableid as record_key, 'PlanRes' as item
from returns.sen2_named_plan as named_plan
inner join returns.sen2_plan_detail as detail using (namedplantableid)
where not blank(named_plan.planres)
group by named_plan.namedplantableid
having bool_and(coalesce(detail.sensetting in ('EHE', 'EYP'), false))
