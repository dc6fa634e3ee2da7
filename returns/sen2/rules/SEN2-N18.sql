/*
id: SEN2-N18
severity: query
from: 2023
family: dates
message: The plan started before there were EHC plans (1 September 2014); a statement that was converted has the date of the plan.
items: ["StartDate"]
owner: ehc_casework
*/
select 'named_plan' as module, namedplantableid as record_key, 'StartDate' as item
from sen2_plan
where startdate < date '2014-09-01' and coalesce(startdate >= personbirthdate, true)
