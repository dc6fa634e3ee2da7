select
    {{ pseudonym_ref('episode', 'episode_key') }} as episode_pseudonym,
    {{ pseudonym_person('person_id') }} as pseudonym,
    kind,
    start_date,
    end_date,
    need_code,
    placement_code,
    legal_status
from {{ ref('fct_social_care_episode') }}
