-- A provider submits a referral again each month while it is open: it is open if the provider's
-- newest month still holds it, without a discharge.
select
    unique_service_request_id,
    lake_person_id,
    provider_code,
    unique_month_id::integer as month_number,
    {{ match_date('received_date') }} as received_date,
    primary_reason,
    {{ match_date('discharge_date') }} as discharge_date,
    discharge_date is null
    and unique_month_id::integer = max(unique_month_id::integer) over (partition by provider_code)
        as is_open,
    try_cast(age_at_referral as integer) as age_at_referral,
    {{ match_origin() }}
from {{ lake_counting('csds_lake', 'csds_lake_referral', 'unique_service_request_id') }}
