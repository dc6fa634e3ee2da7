select
    try_cast(collection as integer) as collection,
    placementdetailtableid,
    activeplanstableid,
    try_cast(placementrank as integer) as placement_rank,
    {{ sen2_return_date('entrydate') }} as entry_date,
    {{ sen2_return_date('leavingdate') }} as leaving_date,
    nullif(trim(urn), '') as urn,
    nullif(trim(ukprn), '') as ukprn,
    nullif(upper(trim(sensetting)), '') as sen_setting,
    {{ match_origin() }}
from {{ source('sen2_return', 'sen2r_placement_detail') }}
where _is_latest and {{ sen2_return_is_earlier() }}
