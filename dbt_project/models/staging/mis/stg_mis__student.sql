select
    id as student_id,
    {{ match_identifier('upn') }} as upn,
    {{ match_identifier('former_upn') }} as former_upn,
    {{ match_identifier('uln') }} as uln,
    trim(last_name) as surname,
    trim(first_name) as forename,
    {{ match_date('dob') }} as birth_date,
    {{ match_postcode('postcode') }} as postcode,
    school_urn as urn,
    upper(year_code) as ncyear,
    {{ match_sex('demographics_gender') }} as sex,
    upper(demographics_ethnicity_code) as ethnicity,
    coalesce({{ match_sen_provision('demographics_sen_category') }}, 'N') as sen_provision,
    {{ match_flag('demographics_in_care') }} as is_in_care,
    {{ match_origin() }}
from {{ source('mis', 'mis_students') }}
where _is_latest
