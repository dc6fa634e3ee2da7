/*
id: SEN2-A38
severity: query
from: 2023
family: age_scope
message: The plan was issued for a person of 25 or over.
items: ["AssessmentOutcomeDate", "PersonBirthDate"]
owner: ehc_casework
*/
select distinct 'assessment' as module, assessmenttableid as record_key, 'AssessmentOutcomeDate' as item
from sen2_case
where assessmentoutcome = 'Y' and age_on(personbirthdate, assessmentoutcomedate) >= 25
