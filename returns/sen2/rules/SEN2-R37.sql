/*
id: SEN2-R37
severity: query
from: 2023
family: cross_module
message: An assessment was agreed to more than 50 weeks before census day, but none is recorded.
items: ["RequestOutcome", "AssessmentOutcome"]
owner: ehc_casework
*/
select distinct 'requests' as module, requeststableid as record_key, 'RequestOutcome' as item
from sen2_case
where
    requestoutcome = 'Y'
    and requestoutcomedate < census_day() - 350
    and assessmenttableid is null
    and blank(exported)
