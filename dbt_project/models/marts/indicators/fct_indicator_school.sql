{{ config(materialized='view') }}
-- Suspensions and absence of pupils, by SEN provision and by primary need of those who have one.
with months as (
    {{ board_months() }}
),

-- Headcount: single and main registrations (C, M) of the newest census (facts: extracts 2.1).
headcount as (
    select
        {{ board_provision('senprovision') }} as provision,
        case when senprovision in ('E', 'K') then coalesce(primary_need, 'Not recorded') end as primary_need,
        count(*) as pupils
    from {{ ref('fct_census_sen') }}
    where is_newest_census and enrol_status in ('C', 'M')
    group by all
),

suspensions as (
    select
        date_trunc('month', start_date)::date as month,
        {{ board_provision('sen_provision') }} as provision,
        case when sen_provision in ('E', 'K') then coalesce(primary_need, 'Not recorded') end as primary_need,
        count(*) as suspensions
    from {{ ref('fct_suspension') }}
    where category = 'SUSP' and start_date <= {{ board_as_of() }}
    group by all
),

first_suspension as (
    select min(month) as month from suspensions
),

suspension_cells as (
    select
        months.month,
        months.is_complete,
        coalesce(headcount.provision, suspensions.provision) as provision,
        coalesce(headcount.primary_need, suspensions.primary_need) as primary_need,
        coalesce(suspensions.suspensions, 0) as numerator,
        coalesce(headcount.pupils, 0) as denominator
    from months
    inner join first_suspension on months.month >= first_suspension.month
    cross join headcount
    left join suspensions
        on months.month = suspensions.month
        and headcount.provision = suspensions.provision
        and headcount.primary_need is not distinct from suspensions.primary_need
    union all
    -- Suspensions of pupils with a provision and need that nobody on the newest roll has.
    select months.month, months.is_complete, suspensions.provision, suspensions.primary_need, suspensions.suspensions, 0
    from months
    inner join suspensions on months.month = suspensions.month
    anti join headcount
        on suspensions.provision = headcount.provision
        and suspensions.primary_need is not distinct from headcount.primary_need
),

attendance as (
    select
        student_id,
        month,
        case when month(month) >= 9 then year(month) else year(month) - 1 end as school_year,
        {{ board_provision('sen_provision') }} as provision,
        case when sen_provision in ('E', 'K') then coalesce(primary_need, 'Not recorded') end as primary_need,
        sum(possible_sessions) as possible,
        sum(authorised + unauthorised) as absent
    from {{ ref('fct_attendance') }}
    where is_compulsory_age and possible_sessions > 0 and start_date <= {{ board_as_of() }}
    group by all
),

-- Persistent absence is a pupil's own share of the school year so far (facts: extracts 2.2): 10 % or more, severe 50 %.
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
        pupils.primary_need,
        sum(pupils.absent) as absent,
        sum(pupils.possible) as possible,
        count(*) as pupils,
        count(*) filter (where pupils.absent_so_far * 10 >= pupils.possible_so_far) as persistent,
        count(*) filter (where pupils.absent_so_far * 2 >= pupils.possible_so_far) as severe
    from year_to_date as pupils
    inner join months on pupils.month = months.month
    group by months.month, months.is_complete, pupils.provision, pupils.primary_need
),

cells as (
    select
        'suspension_rate' as indicator_id, month, is_complete, 'month' as period, provision, primary_need,
        numerator, denominator, null::bigint as people
    from suspension_cells
    union all
    select 'absence_rate', month, is_complete, 'month', provision, primary_need, absent, possible, pupils
    from absence_cells
    union all
    select 'persistent_absence', month, is_complete, 'school year to date', provision, primary_need, persistent, pupils, null
    from absence_cells
    union all
    select 'severe_absence', month, is_complete, 'school year to date', provision, primary_need, severe, pupils, null
    from absence_cells
)

select
    indicator_id,
    month,
    period,
    case
        when grouping(provision) = 0 then 'SEN provision'
        when grouping(primary_need) = 0 then 'primary need'
        else 'all'
    end as breakdown_kind,
    case
        when grouping(provision) = 0 then provision
        when grouping(primary_need) = 0 then primary_need
        else 'all'
    end as breakdown,
    sum(numerator)::bigint as numerator,
    sum(denominator)::bigint as denominator,
    is_complete,
    sum(people)::bigint as people,
    null::bigint as difference_count
from cells
group by grouping sets (
    (indicator_id, month, period, is_complete),
    (indicator_id, month, period, is_complete, provision),
    (indicator_id, month, period, is_complete, primary_need)
)
having grouping(primary_need) = 1 or primary_need is not null
