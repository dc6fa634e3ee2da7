/*
id: SEN2-C22
severity: query
from: 2025
family: cross_item
message: A draft of an amended plan was sent, but the review did not decide to amend.
items: ["ReviewDraft", "ReviewOutcome"]
owner: ehc_casework
*/
select 'active_plans' as module, activeplanstableid as record_key, 'ReviewDraft' as item
from returns.sen2_active_plans
where reviewdraft is not null and reviewoutcome in ('M', 'C')
