select
    student_id,
    {{ match_date('start_date') }} as start_date,
    {{ match_date('end_date') }} as end_date,
    try_cast(possible_sessions as integer) as possible_sessions,
    try_cast(attended_sessions as integer) as attended_sessions,
    try_cast(authorised_absence_sessions as integer) as authorised,
    try_cast(unauthorised_absence_sessions as integer) as unauthorised,
    {{ match_origin() }}
from {{ source('mis', 'mis_attendance') }}
where _is_latest
