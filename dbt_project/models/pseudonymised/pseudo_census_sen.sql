select
    {{ pseudonym_ref('census', 'census_pupil_key') }} as census_pupil_pseudonym,
    {{ pseudonym_person('person_id') }} as pseudonym,
    urn,
    census_date,
    enrol_status,
    senprovision,
    primary_need,
    ncyear,
    sex,
    age
from {{ ref('fct_census_sen') }}
