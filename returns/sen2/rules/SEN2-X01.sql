/*
id: SEN2-X01
severity: query
from: 2023
family: census
message: The person holds a plan on census day, but the school census says no plan.
items: ["StartDate"]
owner: school_census
needs: [census]
*/
select 'person' as module, persontableid as record_key, 'StartDate' as item
from sen2_census
semi join (from sen2_case where in_force) using (persontableid)
group by persontableid
having not bool_or(coalesce(senprovision = 'E', false))
