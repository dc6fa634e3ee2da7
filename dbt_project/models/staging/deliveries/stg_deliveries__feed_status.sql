select
    feed,
    title,
    sector,
    owner,
    required,
    arrives,
    state,
    allowed_age_days,
    is_late,
    next_expected_on,
    usual_rows
from {{ source('deliveries', 'feed_status') }}
