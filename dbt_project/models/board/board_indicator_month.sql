-- What may be shown. Counts are hidden by suppress_cells alone, and everything of a hidden row with them. One row is shown
-- in part: where only the difference of the two twenty-week lines is small (plans with an exception), the share is given to
-- the nearest whole per cent, from which no count of 100 or more can be told.
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

judged as (
    select
        suppressed.*,
        indicators.unit,
        is_hidden
        and season is null
        and denominator >= 100
        and {{ suppress_is_small('difference_count') }}
        and not {{ suppress_is_small('numerator') }} as is_rounded
    from suppressed
    inner join
        (select
            indicator_id,
            unit
        from {{ ref('board_indicator') }}) as indicators
        on suppressed.indicator_id = indicators.indicator_id
)

select
indicator_id,
month,
period,
breakdown_kind,
breakdown,
case when not is_hidden then numerator end as numerator,
case when not is_hidden then denominator end as denominator,
case
    when is_rounded then round(100.0 * numerator / denominator, 0)
    when is_hidden then null
    when
        denominator is null
        then case when unit in ('%', 'per 100 pupils') then null else numerator end
    when denominator = 0 then null
    when unit = 'per 100 pupils' then round(100.0 * numerator / denominator, 2)
    else round(100.0 * numerator / denominator, 1)
end::double as value,
is_hidden as suppressed,
is_rounded,
is_complete,
strftime(month, '%B %Y') || case
    when period = 'rolling 12 months' then ', 12 months to the end'
    when period = 'school year to date' then ', school year so far'
    when period = 'as at month end' and is_complete then ', last day'
    when period = 'as at month end' then ', so far'
    else ''
end
|| case when is_complete or period = 'as at month end' then '' else ' (not complete)' end
    as period_label
from judged
