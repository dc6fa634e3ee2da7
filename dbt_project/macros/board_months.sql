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

{#- The figure in the unit of its indicator: nothing where it is hidden or nothing was counted. -#}
{% macro board_value(row, unit) -%}
case
    when {{ row }}.is_rounded then round(100.0 * {{ row }}.numerator / {{ row }}.denominator, 0)
    when {{ row }}.is_hidden or {{ row }}.denominator = 0 then null
    when {{ row }}.denominator is null and {{ unit }} in ('%', 'per 100 pupils') then null
    when {{ row }}.denominator is null then {{ row }}.numerator
    when {{ unit }} = 'per 100 pupils' then round(100.0 * {{ row }}.numerator / {{ row }}.denominator, 2)
    else round(100.0 * {{ row }}.numerator / {{ row }}.denominator, 1)
end::double
{%- endmacro %}

{#- What period a figure is of, in words: a number is never shown without it. -#}
{% macro board_period_label(row) -%}
concat(
    strftime({{ row }}.month, '%B %Y'),
    case
        when {{ row }}.period = 'rolling 12 months' then ', 12 months to the end'
        when {{ row }}.period = 'school year to date' then ', school year so far'
        when {{ row }}.period = 'as at month end' and {{ row }}.is_complete then ', last day'
        when {{ row }}.period = 'as at month end' then ', so far'
        else ''
    end,
    case when {{ row }}.is_complete or {{ row }}.period = 'as at month end' then '' else ' (not complete)' end
)
{%- endmacro %}
