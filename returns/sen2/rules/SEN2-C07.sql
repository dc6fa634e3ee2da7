/*
id: SEN2-C07
severity: error
from: 2024
family: code
message: The outcome of the review is not in the list.
items: ["ReviewOutcome"]
owner: ehc_casework
*/
select 'active_plans' as module, activeplanstableid as record_key, 'ReviewOutcome' as item
from returns.sen2_active_plans
where not blank(reviewoutcome) and reviewoutcome not in (select code from sen2_code where list = 'review_outcome')
