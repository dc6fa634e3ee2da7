/*
id: SEN2-G04
severity: query
from: 2023
family: gias
message: The plan held on census day names a setting that had closed by then.
items: ["URN"]
owner: ehc_casework
needs: [gias]
*/
select 'plan_detail' as module, detail.plandetailtableid as record_key, 'URN' as item
from returns.sen2_plan_detail as detail
inner join facts.dim_setting as setting on trim(detail.urn) = setting.urn
inner join sen2_plan using (namedplantableid)
where sen2_plan.in_force and setting.close_date < census_day()
