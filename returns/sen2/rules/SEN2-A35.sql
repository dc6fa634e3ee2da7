/*
id: SEN2-A35
severity: query
from: 2023
family: dates
message: The assessment has been undecided for more than a year since the request; was its end not recorded?
items: ["AssessmentOutcome", "ReceivedDate"]
owner: ehc_casework
*/
select distinct 'assessment' as module, assessmenttableid as record_key, 'AssessmentOutcome' as item
from sen2_case
where assessmentoutcome = 'A' and receiveddate < census_day() - 365
