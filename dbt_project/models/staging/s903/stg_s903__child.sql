select
    child as social_care_id,
    {{ match_sex('sex') }} as sex,
    {{ match_date('dob', '%d/%m/%Y') }} as birth_date,
    upper(ethnic) as ethnicity,
    case
        when
            not regexp_full_match({{ match_identifier('upn') }}, 'UN[0-9]+')
            then {{ match_identifier('upn') }}
    end as upn,
    case
        when
            regexp_full_match({{ match_identifier('upn') }}, 'UN[0-9]+')
            then {{ match_identifier('upn') }}
    end as upn_unknown_reason,
    {{ match_origin() }}
from {{ source('s903', 's903_header') }}
where _is_latest
