select
    lachildid as social_care_id,
    try_cast(episode_number as integer) as episode_number,
    {{ match_date('referral_date') }} as referral_date,
    upper(referral_source) as referral_source,
    upper(primary_need) as primary_need,
    {{ match_date('closure_date') }} as closure_date,
    upper(closure_reason) as closure_reason,
    coalesce({{ match_flag('referral_nfa') }}, false) as is_no_further_action,
    {{ match_origin() }}
from {{ source('cin', 'cin_episode') }}
where _is_latest
