/*
id: SEN2-C06
severity: query
from: 2023
message: The outcome of the review and the date of the decision are not given together.
items: ["ReviewOutcome", "LastReview"]
owner: ehc_casework
*/
select
    'active_plans' as module,
    activeplanstableid as record_key,
    case when lastreview is null then 'LastReview' else 'ReviewOutcome' end as item
from returns.sen2_active_plans
where (lastreview is null) <> blank(reviewoutcome)
