/*
id: SEN2-C34
severity: query
from: 2024
family: cross_item
message: The review decided more than a year before census day to cease the plan, but it is still held.
items: ["ReviewOutcome", "LastReview", "CeaseDate"]
owner: ehc_casework
*/
select 'active_plans' as module, activeplanstableid as record_key, 'ReviewOutcome' as item
from sen2_active
where in_force and reviewoutcome = 'C' and lastreview < census_day() - interval 1 year
