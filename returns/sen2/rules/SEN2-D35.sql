/*
id: SEN2-D35
severity: query
from: 2023
family: cross_module
message: The last placement ended more than 90 days before the plan ceased.
items: ["LeavingDate", "CeaseDate"]
owner: ehc_casework
*/
select 'active_plans' as module, sen2_active.activeplanstableid as record_key, 'LeavingDate' as item
from sen2_active
inner join sen2_stay using (activeplanstableid)
where sen2_active.ceasedate between period_start() and period_end()
group by sen2_active.activeplanstableid
having bool_and(coalesce(sen2_stay.leavingdate < sen2_active.ceasedate - 90, false))
