select
    {{ pseudonym_ref('plan', 'plan_ref') }} as plan_pseudonym,
    {{ pseudonym_ref('request', 'request_ref') }} as request_pseudonym,
    {{ pseudonym_person('person_id') }} as pseudonym,
    start_date,
    cease_date,
    cease_reason,
    residential,
    work_based,
    personal_budget,
    organised_arrangements,
    direct_payments,
    health_outcome,
    care_outcome,
    amended_date
from {{ ref('fct_plan') }}
