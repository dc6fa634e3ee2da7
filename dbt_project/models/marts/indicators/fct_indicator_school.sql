{{ config(materialized='view') }}
-- Suspensions and absence of pupils, by SEN provision and by primary need of those who have one.
with months as (
    {{ board_months() | indent(4) }}
),

-- Headcount: single and main registrations (C, M) of the newest census (facts: extracts 2.1).
headcount as (
    select
        {{ board_provision('senprovision') }} as provision,
        {{ board_need('senprovision', 'primary_need') }} as need,
        count(*) as pupils
    from {{ ref('fct_census_sen') }}
    where is_newest_census and enrol_status in ('C', 'M')
    group by all
),

suspensions as (
    select
        date_trunc('month', start_date)::date as month,
        {{ board_provision('sen_provision') }} as provision,
        {{ board_need('sen_provision', 'primary_need') }} as need,
        count(*) as suspensions
    from {{ ref('fct_suspension') }}
    where category = 'SUSP' and start_date <= {{ board_as_of() }}
    group by all
),

-- Months before the first suspension anybody told of are months without the feed, not months
-- without suspensions.
first_suspension as (
    select min(month) as month
    from suspensions
),

suspension_cells as (
    select
        months.month,
        months.is_complete,
        headcount.provision,
        headcount.need,
        0 as suspensions,
        headcount.pupils
    from months
    inner join first_suspension on months.month >= first_suspension.month
    cross join headcount
    union all
    select
        months.month,
        months.is_complete,
        suspensions.provision,
        suspensions.need,
        suspensions.suspensions,
        0 as pupils
    from months
    inner join suspensions on months.month = suspensions.month
),

attendance as (
    select
        student_id,
        month,
        {{ match_school_year_age_day('month') }} as school_year,
        {{ board_provision('sen_provision') }} as provision,
        {{ board_need('sen_provision', 'primary_need') }} as need,
        sum(possible_sessions) as possible,
        sum(authorised + unauthorised) as absent
    from {{ ref('fct_attendance') }}
    where is_compulsory_age and possible_sessions > 0 and start_date <= {{ board_as_of() }}
    group by all
),

-- Persistent absence is a pupil's own share of the school year so far (facts: extracts 2.2): 10 %
-- or more, severe 50 %.
year_to_date as (
    select
        *,
        sum(possible) over so_far as possible_so_far,
        sum(absent) over so_far as absent_so_far
    from attendance
    window so_far as (partition by student_id, school_year order by month)
),

absence_cells as (
    select
        months.month,
        months.is_complete,
        pupils.provision,
        pupils.need,
        sum(pupils.absent) as absent,
        sum(pupils.possible) as possible,
        count(*) as pupils,
        count(*) filter (where pupils.absent_so_far * 10 >= pupils.possible_so_far) as persistent,
        count(*) filter (where pupils.absent_so_far * 2 >= pupils.possible_so_far) as severe
    from year_to_date as pupils
    inner join months on pupils.month = months.month
    group by months.month, months.is_complete, pupils.provision, pupils.need
),

cells as (
    select
        'suspension_rate' as indicator_id,
        month,
        is_complete,
        'month' as period,
        provision,
        need,
        suspensions as numerator,
        pupils as denominator,
        null::bigint as people
    from suspension_cells
    {%- for indicator_id, period, numerator, denominator, people in [
        ('absence_rate', 'month', 'absent', 'possible', 'pupils'),
        ('persistent_absence', 'school year to date', 'persistent', 'pupils', 'null'),
        ('severe_absence', 'school year to date', 'severe', 'pupils', 'null'),
    ] %}
    union all
    select
        '{{ indicator_id }}' as indicator_id,
        month,
        is_complete,
        '{{ period }}' as period,
        provision,
        need,
        {{ numerator }} as numerator,
        {{ denominator }} as denominator,
        {{ people }} as people
    from absence_cells
    {%- endfor %}
),

parts as (
    {%- for kind, part in [
        ('all', "'all'"), ('SEN provision', 'provision'), ('primary need', 'need')
    ] %}
    select
        *,
        '{{ kind }}' as breakdown_kind,
        {{ part }} as breakdown
    from cells
    where {{ part }} is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    indicator_id,
    month,
    period,
    breakdown_kind,
    breakdown,
    sum(numerator)::bigint as numerator,
    sum(denominator)::bigint as denominator,
    is_complete,
    sum(people)::bigint as people,
    null::bigint as difference_count
from parts
group by indicator_id, month, period, breakdown_kind, breakdown, is_complete
