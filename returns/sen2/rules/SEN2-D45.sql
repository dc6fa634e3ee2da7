/*
id: SEN2-D45
severity: error
from: 2023
to: 2023
family: code
message: The attendance pattern is not in the list.
items: ["AttendancePattern"]
owner: ehc_casework
*/
select 'placement_detail' as module, placementdetailtableid as record_key, 'AttendancePattern' as item
from returns.sen2_placement_detail
where
    not blank(attendancepattern)
    and attendancepattern not in (select code from sen2_code where list = 'attendance_pattern')
