/*
id: SEN2-A42
severity: query
from: 2023
family: dates
message: The plan was issued within four weeks of the request; is each date right?
items: ["AssessmentOutcomeDate", "ReceivedDate"]
owner: ehc_casework
*/
select distinct 'assessment' as module, assessmenttableid as record_key, 'AssessmentOutcomeDate' as item
from sen2_case
where assessmentoutcome = 'Y' and assessmentoutcomedate - receiveddate between 0 and 27
