select
    try_cast(collection as integer) as collection,
    senneedtableid,
    activeplanstableid,
    try_cast(sentyperank as integer) as need_rank,
    nullif(upper(trim(sentype)), '') as sen_type,
    {{ match_origin() }}
from {{ source('sen2_return', 'sen2r_sen_need') }}
where _is_latest and {{ sen2_return_is_earlier() }}
