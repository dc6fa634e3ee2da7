/*
id: SEN2-A07
severity: error
from: 2023
family: code
message: A yes or no item of the assessment is neither 1 nor 0.
items: ["AssessmentMediation", "AssessmentTribunal", "OtherMediation", "OtherTribunal", "Week20"]
owner: ehc_casework
*/
select 'assessment' as module, assessmenttableid as record_key, 'AssessmentMediation' as item
from returns.sen2_assessment
where assessmentmediation not in (0, 1)
union all
select 'assessment' as module, assessmenttableid as record_key, 'AssessmentTribunal' as item
from returns.sen2_assessment
where assessmenttribunal not in (0, 1)
union all
select 'assessment' as module, assessmenttableid as record_key, 'OtherMediation' as item
from returns.sen2_assessment
where othermediation not in (0, 1)
union all
select 'assessment' as module, assessmenttableid as record_key, 'OtherTribunal' as item
from returns.sen2_assessment
where othertribunal not in (0, 1)
union all
select 'assessment' as module, assessmenttableid as record_key, 'Week20' as item
from returns.sen2_assessment
where week20 not in (0, 1)
