select
    try_cast(collection as integer) as collection,
    namedplantableid,
    assessmenttableid,
    {{ sen2_return_date('startdate') }} as start_date,
    {{ sen2_return_date('ceasedate') }} as cease_date,
    nullif(trim(ceasereason), '') as cease_reason,
    {{ match_origin() }}
from {{ source('sen2_return', 'sen2r_named_plan') }}
where _is_latest and {{ sen2_return_is_earlier() }}
