/*
id: SEN2-D30
severity: query
from: 2023
family: dates
message: The person leaves the setting after census day.
items: ["LeavingDate"]
owner: ehc_casework
*/
select 'placement_detail' as module, placementdetailtableid as record_key, 'LeavingDate' as item
from returns.sen2_placement_detail
where leavingdate > census_day() and leavingdate <= return_day()
