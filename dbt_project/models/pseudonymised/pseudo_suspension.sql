select
    {{ pseudonym_person('person_id') }} as pseudonym,
    start_date,
    category,
    nth,
    sessions,
    sen_provision,
    primary_need,
    reason,
    source
from {{ ref('fct_suspension') }}
