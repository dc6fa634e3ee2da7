-- What may be shown. Counts are hidden by suppress_cells alone, and everything of a hidden row
-- with them. One row is shown in part: where only the difference of the two twenty-week lines is
-- small (plans with an exception), the share is given to the nearest whole per cent, from which no
-- count of 100 or more can be told.
with cells as (
    select
        *,
        concat_ws('|', indicator_id, breakdown_kind, breakdown) as series,
        concat_ws('|', indicator_id, month, period, breakdown_kind) as cell_set,
        breakdown as cell,
        case
            when
                period = 'month'
                and bool_or(period = 'rolling 12 months')
                    over (partition by indicator_id, breakdown)
                then month(month)
        end as season
    from {{ ref('fct_indicator_count') }}
),

suppressed as (
    {{ suppress_cells('cells') | indent(4) }}
),

units as (
    select
        indicator_id,
        unit
    from {{ ref('board_indicator') }}
),

judged as (
    select
        *,
        is_hidden
        and season is null
        and denominator >= 100
        and {{ suppress_is_small('difference_count') }}
        and not {{ suppress_is_small('numerator') }} as is_rounded
    from suppressed
)

select
    judged.indicator_id,
    judged.month,
    judged.period,
    judged.breakdown_kind,
    judged.breakdown,
    case when not judged.is_hidden then judged.numerator end as numerator,
    case when not judged.is_hidden then judged.denominator end as denominator,
    {{ board_value('judged', 'units.unit') }} as value,
    judged.is_hidden as suppressed,
    judged.is_rounded,
    judged.is_complete,
    {{ board_period_label('judged') }} as period_label
from judged
inner join units on judged.indicator_id = units.indicator_id
