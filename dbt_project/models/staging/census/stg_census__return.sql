select
    schoolcensustableid as census_return_id,
    {{ match_census_period('_file_name') }} as period,
    urn,
    lea as la_code,
    term,
    year::integer as year,
    {{ match_collect_date('referencedate') }} as census_date,
    {{ match_origin() }}
from {{ source('census', 'census_schoolcensus') }}
where _is_latest
