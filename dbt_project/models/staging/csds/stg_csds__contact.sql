-- Seen: attended on time (5) or late but seen (6), face to face (01) or by video (11), as in NHS
-- England's wait measures.
select
    care_contact_id,
    service_request_id,
    {{ match_date('contact_date') }} as contact_date,
    attendance,
    mechanism,
    attendance in ('5', '6') and mechanism in ('01', '11') as is_seen,
    {{ match_origin() }}
from {{ source('csds', 'csds_contact') }}
where _is_latest
