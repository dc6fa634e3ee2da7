select
    id as exclusion_id,
    student_id,
    {{ match_exclusion_category('exclusion_type') }} as category,
    upper(exclusions_reason) as reason,
    {{ match_date('start_date') }} as start_date,
    {{ match_date('end_date') }} as end_date,
    try_cast(exclusion_length as integer) as sessions,
    {{ match_origin() }}
from {{ source('mis', 'mis_exclusions') }}
where _is_latest
