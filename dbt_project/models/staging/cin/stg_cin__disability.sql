select
    lachildid as social_care_id,
    upper(disability) as disability,
    {{ match_origin() }}
from {{ source('cin', 'cin_disability') }}
where _is_latest
