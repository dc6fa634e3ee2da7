{{ config(materialized='view') }}
-- Flows of casework by month and rolling over twelve months. Plans that moved in from another area were not decided here.
with decisions as (
    select
        date_trunc('month', outcome_date)::date as month,
        coalesce(decided_in_6_weeks, false)::integer as in_time
    from {{ ref('fct_request') }}
    where outcome in ('Y', 'N') and transferred_from is null and outcome_date <= {{ board_as_of() }}
),

-- As SEN2 counts them: plans after mediation or appeal about the request or the assessment are left out.
issued as (
    select
        date_trunc('month', assessments.outcome_date)::date as month,
        coalesce(assessments.issued_in_20_weeks, false)::integer as in_time,
        coalesce(assessments.exception_20_week = 1, false) as has_exception
    from {{ ref('fct_assessment') }} as assessments
    inner join {{ ref('fct_request') }} as requests on assessments.request_ref = requests.request_ref
    where assessments.outcome = 'Y'
        and requests.transferred_from is null
        and assessments.outcome_date <= {{ board_as_of() }}
        and coalesce(requests.request_mediation, 0) = 0 and coalesce(requests.request_tribunal, 0) = 0
        and coalesce(assessments.assessment_mediation, 0) = 0 and coalesce(assessments.assessment_tribunal, 0) = 0
),

issued_without_exception as (
    select month, in_time from issued where not has_exception
),

-- By the month in which the four weeks ended, so that a month shows the reviews whose decision was due in it.
reviews as (
    select
        date_trunc('month', decision_due_date)::date as month,
        coalesce(decided_in_4_weeks, false)::integer as in_time
    from {{ ref('fct_review') }}
    where decision_due_date <= {{ board_as_of() }}
),

appeals as (
    select date_trunc('month', opened_date)::date as month, 1 as appeals
    from {{ ref('fct_dispute') }}
    where kind = 'TRIBUNAL' and opened_date <= {{ board_as_of() }}
),

advice as (
    select
        date_trunc('month', due_date)::date as month,
        advice_type,
        coalesce(received_in_6_weeks, false)::integer as in_time
    from {{ ref('fct_advice') }}
    where coalesce(exception, 0) = 0 and due_date <= {{ board_as_of() }}
),

advice_all as (
    select month, in_time from advice
),

flows as (
    {{ board_monthly_and_rolling('decisions', 'decision_6_weeks', 'events.in_time', '1') | indent(4) }}
    union all
    {{ board_monthly_and_rolling('issued', 'plan_20_weeks', 'events.in_time', '1') | indent(4) }}
    union all
    {{ board_monthly_and_rolling('issued_without_exception', 'plan_20_weeks_no_exceptions', 'events.in_time', '1') | indent(4) }}
    union all
    {{ board_monthly_and_rolling('reviews', 'review_decision_4_weeks', 'events.in_time', '1') | indent(4) }}
    union all
    {{ board_monthly_and_rolling('appeals', 'tribunal_appeals', 'events.appeals', none) | indent(4) }}
),

advice_by_month as (
    select
        'advice_6_weeks' as indicator_id,
        months.month,
        'month' as period,
        case when grouping(advice.advice_type) = 1 then 'all' else 'advice type' end as breakdown_kind,
        case when grouping(advice.advice_type) = 1 then 'all' else advice.advice_type end as breakdown,
        sum(advice.in_time)::bigint as numerator,
        count(*)::bigint as denominator,
        months.is_complete
    from ({{ board_months() }}) as months
    inner join advice on months.month = advice.month
    group by grouping sets ((months.month, months.is_complete), (months.month, months.is_complete, advice.advice_type))
)

select
    flows.*,
    null::bigint as people,
    -- Both lines of the twenty weeks are shown, so their difference is: the plans (and those in time) with an exception.
    case
        when flows.indicator_id = 'plan_20_weeks_no_exceptions' then coalesce(least(
            nullif(whole.numerator - flows.numerator, 0), nullif(whole.denominator - flows.denominator, 0)
        ), 0)
    end as difference_count
from flows
left join flows as whole
    on whole.indicator_id = 'plan_20_weeks' and flows.month = whole.month and flows.period = whole.period
union all
select *, null, null
from advice_by_month
