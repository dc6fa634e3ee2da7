-- A provider submits a referral again each month while it is open: since September 2023 it is open
-- if the provider's newest month still holds it, without a discharge or a rejection. Autism is
-- suspected when 25 is the primary reason or another one.
with other_reasons as (
    {%- set key = 'unique_service_request_id, other_reason' %}
    select distinct unique_service_request_id
    from {{ lake_counting('mhsds', 'mhsds_other_reason', key) }}
    where other_reason = '25'
)

select
    referrals.unique_service_request_id,
    referrals.lake_person_id,
    referrals.provider_code,
    referrals.unique_month_id::integer as month_number,
    {{ match_date('referrals.received_date') }} as received_date,
    referrals.primary_reason,
    coalesce(referrals.primary_reason = '25', false)
    or other_reasons.unique_service_request_id is not null as is_suspected_autism,
    {{ match_date('referrals.discharge_date') }} as discharge_date,
    {{ match_date('referrals.rejection_date') }} as rejection_date,
    referrals.discharge_date is null
    and referrals.rejection_date is null
    and referrals.unique_month_id::integer
    = max(referrals.unique_month_id::integer) over (partition by referrals.provider_code)
        as is_open,
    try_cast(referrals.age_at_referral as integer) as age_at_referral,
    referrals._file_hash,
    referrals._row
from {{ lake_counting('mhsds', 'mhsds_referral', 'unique_service_request_id') }} as referrals
left join other_reasons
    on referrals.unique_service_request_id = other_reasons.unique_service_request_id
