select
    try_cast(collection as integer) as collection,
    activeplanstableid,
    requeststableid,
    nullif(trim(transferla), '') as transferred_from,
    {{ match_origin() }}
from {{ source('sen2_return', 'sen2r_active_plans') }}
where _is_latest and {{ sen2_return_is_earlier() }}
