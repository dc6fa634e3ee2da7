-- Children not yet born have an expected date only; it is no birth date and is not used to match.
select
    lachildid as social_care_id,
    {{ match_identifier('upn') }} as upn,
    {{ match_identifier('former_upn') }} as former_upn,
    upper(upn_unknown) as upn_unknown_reason,
    {{ match_date('birth_date') }} as birth_date,
    {{ match_sex('sex') }} as sex,
    upper(ethnicity) as ethnicity,
    {{ match_date('death_date') }} as death_date,
    {{ match_origin() }}
from {{ source('cin', 'cin_child') }}
where _is_latest
