select
    termlyexclusionsonrolltableid as exclusion_id,
    pupilonrolltableid as pupil_table_id,
    {{ match_census_period('_file_name') }} as period,
    {{ match_collect_date('startdate') }} as start_date,
    try_cast(sessions as integer) as sessions,
    {{ match_exclusion_category('category') }} as category,
    {{ match_sen_provision('senprovision') }} as sen_provision,
    upper(reason1) as reason,
    {{ match_origin() }}
from {{ source('census', 'census_termlyexclusions') }}
where _is_latest
