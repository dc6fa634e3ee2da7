{{ config(materialized='view') }}
{%- set limit_days = var('autism_weeks') * 7 -%}
-- Open autism referrals at a month's end, and those of them whose first contact came, or has not
-- come yet, after more than 91 days: the measure of NHS England's autism statistics (facts:
-- extracts 3.2), from the area's own waiting list.
with months as (
    {{ board_months() }}
),

open_referrals as (
    select
        months.month,
        months.is_complete,
        coalesce(least(pathways.first_contact_date, months.month_end), months.month_end)
        - pathways.referral_received_date as days_waited
    from months
    inner join {{ ref('fct_health_pathway') }} as pathways
        on
            pathways.pathway = 'ASD'
            and coalesce(pathways.status, '') <> 'REJECTED'
            and months.month_end >= pathways.referral_received_date
            and (pathways.end_date is null or months.month_end < pathways.end_date)
)

select
    'autism_over_13_weeks' as indicator_id,
    month,
    'as at month end' as period,
    'all' as breakdown_kind,
    'all' as breakdown,
    count(*) filter (where days_waited > {{ limit_days }})::bigint as numerator,
    count(*)::bigint as denominator,
    is_complete,
    null::bigint as people,
    null::bigint as difference_count
from open_referrals
group by month, is_complete
