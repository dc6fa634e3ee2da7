/*
id: SEN2-A32
severity: query
from: 2023
family: cross_module
message: The plan starts before it was issued, or more than eight weeks after.
items: ["AssessmentOutcomeDate", "StartDate"]
owner: ehc_casework
*/
select distinct 'assessment' as module, assessmenttableid as record_key, 'AssessmentOutcomeDate' as item
from sen2_case
where assessmentoutcome = 'Y' and startdate - assessmentoutcomedate not between 0 and 56
