/*
id: SEN2-C23
severity: query
from: 2026
family: presence
message: The review decided to amend the plan more than four weeks before census day, but no draft is given.
items: ["ReviewDraft", "ReviewOutcome", "LastReview"]
owner: ehc_casework
*/
select 'active_plans' as module, activeplanstableid as record_key, 'ReviewDraft' as item
from sen2_active
where in_force and reviewoutcome = 'A' and lastreview < census_day() - 28 and reviewdraft is null
