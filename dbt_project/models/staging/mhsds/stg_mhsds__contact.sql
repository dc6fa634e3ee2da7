-- Attendance and mechanism stand in an older and a newer column, each filled for its years. Seen:
-- attended on time (5) or late but seen (6), face to face (01) or by video (11), as in NHS
-- England's wait measures.
select
    unique_care_contact_id,
    unique_service_request_id,
    lake_person_id,
    provider_code,
    unique_month_id::integer as month_number,
    {{ match_date('contact_date') }} as contact_date,
    coalesce(attendance, attendance_before) as attendance,
    coalesce(mechanism, mechanism_before) as mechanism,
    coalesce(attendance, attendance_before) in ('5', '6')
    and coalesce(mechanism, mechanism_before) in ('01', '11') as is_seen,
    {{ match_origin() }}
from {{ lake_counting('mhsds', 'mhsds_contact', 'unique_care_contact_id') }}
