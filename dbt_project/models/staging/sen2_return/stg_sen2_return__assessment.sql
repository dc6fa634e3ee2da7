select
    try_cast(collection as integer) as collection,
    assessmenttableid,
    requeststableid,
    {{ match_origin() }}
from {{ source('sen2_return', 'sen2r_assessment') }}
where _is_latest and {{ sen2_return_is_earlier() }}
