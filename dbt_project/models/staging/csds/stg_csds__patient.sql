select
    local_patient_id as patient_id,
    {{ match_identifier('nhs_number') }} as nhs_number,
    trim(surname) as surname,
    trim(forename) as forename,
    {{ match_date('birth_date') }} as birth_date,
    {{ match_sex('gender') }} as sex,
    {{ match_postcode('postcode') }} as postcode,
    {{ match_flag('looked_after_child') }} as is_in_care,
    {{ match_origin() }}
from {{ source('csds', 'csds_mpi') }}
where _is_latest
