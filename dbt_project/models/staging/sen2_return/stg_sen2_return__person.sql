select
    try_cast(collection as integer) as collection,
    persontableid,
    surname,
    forename,
    {{ sen2_return_date('personbirthdate') }} as birth_date,
    coalesce({{ match_sex('sex') }}, {{ match_sex('gendercurrent') }}) as sex,
    upper(trim(ethnicity)) as ethnicity,
    postcode,
    {{ match_identifier('upn') }} as upn,
    {{ match_identifier('uniquelearnernumber') }} as uln,
    {{ match_origin() }}
from {{ source('sen2_return', 'sen2r_person') }}
where _is_latest and {{ sen2_return_is_earlier() }}
