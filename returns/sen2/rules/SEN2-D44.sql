/*
id: SEN2-D44
severity: error
from: 2023
to: 2023
family: presence
message: The attendance pattern is missing.
items: ["AttendancePattern"]
owner: ehc_casework
*/
select 'placement_detail' as module, placementdetailtableid as record_key, 'AttendancePattern' as item
from returns.sen2_placement_detail
where blank(attendancepattern)
