/*
id: SEN2-A18
severity: query
from: 2023
family: dates
message: The assessment ended more than three years after the request was received.
items: ["AssessmentOutcomeDate", "ReceivedDate"]
owner: ehc_casework
*/
select distinct 'assessment' as module, assessmenttableid as record_key, 'AssessmentOutcomeDate' as item
from sen2_case
where assessmentoutcome in ('Y', 'N') and assessmentoutcomedate - receiveddate > 1096
