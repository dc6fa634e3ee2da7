select
    child as social_care_id,
    {{ match_date('decom', '%d/%m/%Y') }} as start_date,
    {{ match_date('dec', '%d/%m/%Y') }} as end_date,
    upper(rne) as reason_new,
    upper(ls) as legal_status,
    upper(cin) as need_code,
    upper(place) as placement_code,
    upper(place_provider) as placement_provider,
    upper(rec) as reason_ceased,
    urn,
    {{ match_origin() }}
from {{ source('s903', 's903_episodes') }}
where _is_latest
