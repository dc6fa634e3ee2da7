select
    {{ pseudonym_ref('review', 'review_ref') }} as review_pseudonym,
    {{ pseudonym_ref('plan', 'plan_ref') }} as plan_pseudonym,
    {{ pseudonym_person('person_id') }} as pseudonym,
    meeting_date,
    decision_date,
    outcome,
    final_date,
    days_to_decision,
    decision_due_date
from {{ ref('fct_review') }}
