select
    student_id,
    id as sen_need_id,
    upper(sen_need_code) as sen_type,
    try_cast(priority as integer) as priority,
    {{ match_date('start_date') }} as start_date,
    {{ match_origin() }}
from {{ source('mis', 'mis_sen_needs') }}
where _is_latest
