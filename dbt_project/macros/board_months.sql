{#- The night the warehouse is built for. -#}
{% macro board_as_of() -%} date '{{ var("as_of") }}' {%- endmacro %}

{#- How many months the board looks back, and for how many of them a rolling twelve-month figure is given. The oldest
    rolling window then begins with the oldest month shown, so no figure covers a month the board does not show. -#}
{% macro board_months_back() -%} {{ return(24) }} {%- endmacro %}
{% macro board_rolling_months() -%} {{ return(13) }} {%- endmacro %}

{#- A query of the months the board shows: month (its first day), month_end (its last day, or tonight in the month that still
    runs), is_complete. -#}
{% macro board_months() -%}
select
    month::date as month,
    least(last_day(month::date), {{ board_as_of() }}) as month_end,
    last_day(month::date) <= {{ board_as_of() }} as is_complete,
    month >= date_trunc('month', {{ board_as_of() }}) - interval {{ board_rolling_months() - 1 }} month as has_rolling
from generate_series(
    date_trunc('month', {{ board_as_of() }}) - interval {{ board_months_back() - 1 }} month,
    date_trunc('month', {{ board_as_of() }}),
    interval 1 month
) as months (month)
{%- endmacro %}

{#- A query over (relation): the figures of a flow by month, and rolling over twelve months. `relation` has month and one row
    an event with `numerator` (0 or 1, null when the indicator is a plain count); the events of months without any are 0. -#}
{% macro board_monthly_and_rolling(relation, indicator_id, numerator, denominator) -%}
select
    '{{ indicator_id }}' as indicator_id,
    months.month,
    'month' as period,
    'all' as breakdown_kind,
    'all' as breakdown,
    coalesce(sum({{ numerator }}) filter (where events.month is not null), 0)::bigint as numerator,
    {{ "coalesce(sum(" ~ denominator ~ ") filter (where events.month is not null), 0)::bigint" if denominator else "null::bigint" }} as denominator,
    months.is_complete
from ({{ board_months() }}) as months
left join {{ relation }} as events on months.month = events.month
group by months.month, months.is_complete
union all
select
    '{{ indicator_id }}' as indicator_id,
    months.month,
    'rolling 12 months' as period,
    'all' as breakdown_kind,
    'all' as breakdown,
    coalesce(sum({{ numerator }}) filter (where events.month is not null), 0)::bigint as numerator,
    {{ "coalesce(sum(" ~ denominator ~ ") filter (where events.month is not null), 0)::bigint" if denominator else "null::bigint" }} as denominator,
    months.is_complete
from ({{ board_months() }}) as months
left join {{ relation }} as events
    on events.month between months.month - interval 11 month and months.month
where months.has_rolling
group by months.month, months.is_complete
{%- endmacro %}
