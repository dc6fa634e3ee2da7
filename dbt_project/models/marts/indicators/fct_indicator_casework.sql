{{ config(materialized='view') }}
-- Flows of casework by month and rolling over twelve months. Plans that moved in from another area
-- were not decided here.
with months as (
    {{ board_months() | indent(4) }}
),

-- As SEN2 counts them: plans after mediation or appeal about the request or the assessment are
-- left out.
issued as (
    select
        assessments.outcome_date,
        coalesce(assessments.issued_in_20_weeks, false)::integer as in_time,
        coalesce(assessments.exception_20_week = 1, false) as has_exception
    from {{ ref('fct_assessment') }} as assessments
    inner join {{ ref('fct_request') }} as requests
        on assessments.request_ref = requests.request_ref
    where
        assessments.outcome = 'Y'
        and requests.transferred_from is null
        and coalesce(requests.request_mediation, 0) = 0
        and coalesce(requests.request_tribunal, 0) = 0
        and coalesce(assessments.assessment_mediation, 0) = 0
        and coalesce(assessments.assessment_tribunal, 0) = 0
),

-- One row an event, on the day that puts it into a month. A review and a piece of advice belong to
-- the month in which the decision or advice was due; an appeal is a plain count.
events as (
    select
        'decision_6_weeks' as indicator_id,
        'all' as advice_type,
        outcome_date as counted_on,
        coalesce(decided_in_6_weeks, false)::integer as numerator,
        1 as denominator
    from {{ ref('fct_request') }}
    where outcome in ('Y', 'N') and transferred_from is null
    union all
    select
        'plan_20_weeks' as indicator_id,
        'all' as advice_type,
        outcome_date as counted_on,
        in_time as numerator,
        1 as denominator
    from issued
    union all
    select
        'plan_20_weeks_no_exceptions' as indicator_id,
        'all' as advice_type,
        outcome_date as counted_on,
        in_time as numerator,
        1 as denominator
    from issued
    where not has_exception
    union all
    select
        'review_decision_4_weeks' as indicator_id,
        'all' as advice_type,
        decision_due_date as counted_on,
        coalesce(decided_in_4_weeks, false)::integer as numerator,
        1 as denominator
    from {{ ref('fct_review') }}
    union all
    select
        'tribunal_appeals' as indicator_id,
        'all' as advice_type,
        opened_date as counted_on,
        1 as numerator,
        null as denominator
    from {{ ref('fct_dispute') }}
    where kind = 'TRIBUNAL'
    union all
    select
        'advice_6_weeks' as indicator_id,
        advice_type,
        due_date as counted_on,
        coalesce(received_in_6_weeks, false)::integer as numerator,
        1 as denominator
    from {{ ref('fct_advice') }}
    where coalesce(exception, 0) = 0
),

by_month as (
    select
        indicator_id,
        advice_type,
        date_trunc('month', counted_on)::date as month,
        sum(numerator)::bigint as numerator,
        sum(denominator)::bigint as denominator
    from events
    where counted_on <= {{ board_as_of() }}
    group by indicator_id, advice_type, date_trunc('month', counted_on)
),

-- A month without an event is a nought, not a gap.
lines as (
    {%- for indicator_id in [
        'decision_6_weeks', 'plan_20_weeks', 'plan_20_weeks_no_exceptions',
        'review_decision_4_weeks', 'tribunal_appeals'
    ] %}
    select
        '{{ indicator_id }}' as indicator_id,
        {{ indicator_id == 'tribunal_appeals' }} as is_count
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

windows as (
    select
        month,
        month as first_month,
        is_complete,
        'month' as period
    from months
    union all
    select
        month,
        (month - interval 11 month)::date as first_month,
        is_complete,
        'rolling 12 months' as period
    from months
    where has_rolling
),

flows as (
    select
        lines.indicator_id,
        windows.month,
        windows.period,
        windows.is_complete,
        coalesce(sum(by_month.numerator), 0)::bigint as numerator,
        case
            when not lines.is_count then coalesce(sum(by_month.denominator), 0)::bigint
        end as denominator
    from windows
    cross join lines
    left join by_month
        on
            lines.indicator_id = by_month.indicator_id
            and windows.first_month <= by_month.month
            and windows.month >= by_month.month
    group by
        lines.indicator_id, lines.is_count, windows.month, windows.period, windows.is_complete
),

whole as (
    select
        month,
        period,
        numerator,
        denominator
    from flows
    where indicator_id = 'plan_20_weeks'
),

-- Both lines of the twenty weeks are shown, so their difference is: the plans, and those in time,
-- with an exception.
without_exceptions as (
    select
        flows.month,
        flows.period,
        coalesce(least(
            nullif(whole.numerator - flows.numerator, 0),
            nullif(whole.denominator - flows.denominator, 0)
        ), 0) as difference_count
    from flows
    inner join whole on flows.month = whole.month and flows.period = whole.period
    where flows.indicator_id = 'plan_20_weeks_no_exceptions'
),

advice as (
    select
        months.month,
        months.is_complete,
        by_month.advice_type,
        by_month.numerator,
        by_month.denominator
    from months
    inner join by_month on months.month = by_month.month
    where by_month.indicator_id = 'advice_6_weeks'
)

select
    flows.indicator_id,
    flows.month,
    flows.period,
    'all' as breakdown_kind,
    'all' as breakdown,
    flows.numerator,
    flows.denominator,
    flows.is_complete,
    null::bigint as people,
    without_exceptions.difference_count
from flows
left join without_exceptions
    on
        flows.month = without_exceptions.month
        and flows.period = without_exceptions.period
        and flows.indicator_id = 'plan_20_weeks_no_exceptions'
union all
select
    'advice_6_weeks' as indicator_id,
    month,
    'month' as period,
    'advice type' as breakdown_kind,
    advice_type as breakdown,
    numerator,
    denominator,
    is_complete,
    null as people,
    null as difference_count
from advice
union all
select
    'advice_6_weeks' as indicator_id,
    month,
    'month' as period,
    'all' as breakdown_kind,
    'all' as breakdown,
    sum(numerator)::bigint as numerator,
    sum(denominator)::bigint as denominator,
    is_complete,
    null as people,
    null as difference_count
from advice
group by month, is_complete
