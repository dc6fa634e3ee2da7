select
    {{ pseudonym_ref('pathway', 'pathway_key') }} as pathway_pseudonym,
    {{ pseudonym_person('person_id') }} as pseudonym,
    pathway,
    service_line,
    referral_received_date,
    first_contact_date,
    assessment_start_date,
    end_date,
    status,
    weeks_waited,
    is_waiting,
    over_13_weeks,
    over_18_weeks,
    source
from {{ ref('fct_health_pathway') }}
