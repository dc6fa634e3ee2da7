select
    {{ pseudonym_ref('student', 'student_id') }} as student_pseudonym,
    {{ pseudonym_person('person_id') }} as pseudonym,
    start_date,
    month,
    urn,
    possible_sessions,
    attended_sessions,
    authorised,
    unauthorised,
    sen_provision,
    primary_need
from {{ ref('fct_attendance') }}
