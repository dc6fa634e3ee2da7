/*
id: SEN2-D31
severity: error
from: 2023
family: dates
message: The person left the setting after the day the return was made; a leaving date is given once they have left.
items: ["LeavingDate"]
owner: ehc_casework
*/
select 'placement_detail' as module, placementdetailtableid as record_key, 'LeavingDate' as item
from returns.sen2_placement_detail
where leavingdate > return_day()
