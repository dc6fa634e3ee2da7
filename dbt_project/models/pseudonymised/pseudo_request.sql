select
    {{ pseudonym_ref('request', 'requests.request_ref') }} as request_pseudonym,
    {{ pseudonym_person('requests.person_id') }} as pseudonym,
    requests.received_date,
    requests.source,
    requests.rya,
    requests.outcome,
    requests.outcome_date,
    requests.transferred_from is not null as is_transferred_in,
    requests.request_mediation,
    requests.request_tribunal,
    requests.days_to_decision,
    requests.decided_in_6_weeks,
    assessments.outcome as assessment_outcome,
    assessments.outcome_date as assessment_outcome_date,
    assessments.exception_20_week,
    assessments.days_to_issue,
    assessments.issued_in_20_weeks
from {{ ref('fct_request') }} as requests
left join
    {{ ref('fct_assessment') }} as assessments
    on requests.request_ref = assessments.request_ref
