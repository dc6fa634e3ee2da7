select
    try_cast(collection as integer) as collection,
    {{ sen2_return_date('referencedate') }} as census_date,
    {{ match_origin() }}
from {{ source('sen2_return', 'sen2r_header') }}
where _is_latest and {{ sen2_return_is_earlier() }}
