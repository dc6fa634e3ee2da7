select
    pathway_ref,
    {{ match_identifier('nhs_number') }} as nhs_number,
    {{ match_date('birth_date') }} as birth_date,
    {{ match_postcode('postcode') }} as postcode,
    provider_org_code as provider_code,
    service_line,
    upper(pathway) as pathway,
    {{ match_date('referral_received_date') }} as referral_received_date,
    {{ match_date('referral_accepted_date') }} as referral_accepted_date,
    {{ match_date('rejected_date') }} as rejected_date,
    {{ match_date('first_contact_date') }} as first_contact_date,
    {{ match_date('assessment_start_date') }} as assessment_start_date,
    {{ match_date('outcome_date') }} as outcome_date,
    {{ match_date('treatment_start_date') }} as treatment_start_date,
    {{ match_date('discharge_date') }} as discharge_date,
    upper(status) as status,
    {{ match_date('extract_date') }} as extract_date,
    {{ match_origin() }}
from {{ source('waiting', 'health_waiting_list') }}
where _is_latest
