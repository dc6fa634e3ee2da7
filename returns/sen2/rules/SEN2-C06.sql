/*
id: SEN2-C06
severity: query
from: 2024
family: cross_item
message: The outcome of the review and the date of the decision are not given together.
items: ["ReviewOutcome", "LastReview"]
owner: ehc_casework
*/
-- in 2024 the outcome was voluntary, so that a date without one is nothing to ask about
select
    'active_plans' as module,
    activeplanstableid as record_key,
    case when lastreview is null then 'LastReview' else 'ReviewOutcome' end as item
from returns.sen2_active_plans
where (lastreview is null) <> blank(reviewoutcome) and (lastreview is null or collection_year() >= 2025)
