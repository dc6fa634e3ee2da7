-- Every figure of the board before suppression. It stays among the facts: only
-- board_indicator_month reads it.
{%- for subject in ['casework', 'caseload', 'school', 'health', 'appeal_rate'] %}
select
    indicator_id,
    month,
    period,
    breakdown_kind,
    breakdown,
    numerator,
    denominator,
    people,
    difference_count,
    is_complete
from {{ ref('fct_indicator_' ~ subject) }}
{{ 'union all' if not loop.last }}
{%- endfor %}
