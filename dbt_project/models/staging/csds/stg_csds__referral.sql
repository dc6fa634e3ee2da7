select
    service_request_id,
    local_patient_id as patient_id,
    {{ match_date('received_date') }} as received_date,
    source as referral_source,
    primary_reason,
    {{ match_date('discharge_date') }} as discharge_date,
    provider_code,
    {{ match_origin() }}
from {{ source('csds', 'csds_referral') }}
where _is_latest
