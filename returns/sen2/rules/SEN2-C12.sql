/*
id: SEN2-C12
severity: error
from: 2023
family: cross_module
message: A plan is held on census day, but its active plan record is missing.
items: ["LastReview"]
owner: ehc_casework
*/
select 'named_plan' as module, namedplantableid as record_key, 'LastReview' as item
from sen2_plan
where in_force and activeplanstableid is null
