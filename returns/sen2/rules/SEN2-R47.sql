/*
id: SEN2-R47
severity: error
from: 2023
family: dates
message: The decision is dated before the person was born.
items: ["RequestOutcomeDate", "PersonBirthDate"]
owner: ehc_casework
*/
select distinct 'requests' as module, requeststableid as record_key, 'RequestOutcomeDate' as item
from sen2_case
where
    requestoutcomedate < personbirthdate
    -- where it is before the request was received, another rule finds it
    and coalesce(requestoutcomedate >= receiveddate, true)
