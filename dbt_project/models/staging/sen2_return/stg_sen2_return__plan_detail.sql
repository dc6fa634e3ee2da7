select
    try_cast(collection as integer) as collection,
    plandetailtableid,
    namedplantableid,
    try_cast(placementrank as integer) as placement_rank,
    nullif(trim(urn), '') as urn,
    nullif(trim(ukprn), '') as ukprn,
    nullif(upper(trim(sensetting)), '') as sen_setting,
    {{ match_origin() }}
from {{ source('sen2_return', 'sen2r_plan_detail') }}
where _is_latest and {{ sen2_return_is_earlier() }}
