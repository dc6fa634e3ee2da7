select
    {{ pseudonym_ref('plan', 'plan_ref') }} as plan_pseudonym,
    {{ pseudonym_person('person_id') }} as pseudonym,
    rank,
    sen_type
from {{ ref('fct_need') }}
