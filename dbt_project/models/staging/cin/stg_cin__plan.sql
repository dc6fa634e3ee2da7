select
    lachildid as social_care_id,
    try_cast(episode_number as integer) as episode_number,
    {{ match_date('start_date') }} as start_date,
    {{ match_date('end_date') }} as end_date,
    {{ match_origin() }}
from {{ source('cin', 'cin_plan') }}
where _is_latest
