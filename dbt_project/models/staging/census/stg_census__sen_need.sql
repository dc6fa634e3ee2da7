select
    senneedstableid as sen_need_id,
    pupilonrolltableid as pupil_table_id,
    {{ match_census_period('_file_name') }} as period,
    try_cast(sentyperank as integer) as rank,
    upper(sentype) as sen_type,
    {{ match_origin() }}
from {{ source('census', 'census_senneeds') }}
where _is_latest
