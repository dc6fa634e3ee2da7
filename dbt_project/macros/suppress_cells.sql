{#- The one place where small numbers are hidden. Every board table that counts children goes through `suppress_cells`. -#}

{#- True for a count from 1 to threshold - 1. Nought says that there is nobody, and is shown. -#}
{% macro suppress_is_small(count) -%}
coalesce({{ count }} between 1 and {{ var('suppression_threshold') }} - 1, false)
{%- endmacro %}

{#- A query with every row of `relation` and `is_hidden`. `relation` has the columns

      series           what one line of figures over time is about (indicator and breakdown)
      cell_set         rows of one indicator, month and kind of breakdown: they add up to a total the reader can know
      cell             the row's name within its set; settles which of equals goes
      season           calendar month (1 to 12) of a month's row that is also part of rolling twelve-month figures; else null
      numerator, denominator (null for a plain count), people (children behind them where they count something else)
      difference_count children a reader finds by taking this row from another that is shown (null when there is none)

    A row is hidden as a whole, so that no rate stands without its counts:
      1. primary: any of the four counts is small;
      2. secondary, in a set: if a cell is hidden, at least two are, and what is hidden adds up to the threshold or more: the
         smallest others go, those above nought first. Total less what is shown then tells no small number;
      3. secondary, over time: a rolling figure is the total of its twelve months, and two that follow one another differ by one
         calendar month of two years. So a calendar month is hidden in every year or in none, and at least two are, adding up
         to the threshold or more.
    Steps 2 and 3 do not meet: sets of more than one cell have no rolling figure (tested in test_dbt_joins_suppression). -#}
{% macro suppress_cells(relation) -%}
{%- set threshold = var('suppression_threshold') -%}
{%- set secondary = var('secondary_suppression') -%}
with small as (
    select
        *,
        {{ suppress_is_small('numerator') }} or {{ suppress_is_small('denominator') }}
        or {{ suppress_is_small('people') }} or {{ suppress_is_small('difference_count') }} as is_small
    from {{ relation }}
),

placed as (
    select
        *,
        count(*) over (partition by cell_set) as cells,
        bool_or(is_small) over (partition by cell_set) as set_has_small,
        row_number() over by_size as place,
        coalesce(sum(numerator) over before_it, 0) as numerator_before,
        case when denominator is not null then coalesce(sum(denominator) over before_it, 0) end as denominator_before
    from small
    window
        by_size as (partition by cell_set order by is_small desc, numerator = 0, numerator, denominator, cell),
        before_it as (by_size rows between unbounded preceding and 1 preceding)
),

in_sets as (
    select
        *,
        is_small
        {%- if secondary %}
        or (
            set_has_small and cells > 1
            and (place <= 2 or numerator_before < {{ threshold }} or coalesce(denominator_before < {{ threshold }}, false))
        )
        {%- endif %} as is_hidden_in_set
    from placed
),

seasons as (
    select
        series,
        season,
        bool_or(is_hidden_in_set) as has_hidden,
        min(numerator) as numerator,
        min(difference_count) as difference_count
    from in_sets
    where season is not null
    group by series, season
),

placed_seasons as (
    select
        *,
        bool_or(has_hidden) over (partition by series) as series_has_hidden,
        row_number() over by_size as place,
        coalesce(sum(numerator) over before_it, 0) as numerator_before,
        case when difference_count is not null then coalesce(sum(difference_count) over before_it, 0) end as difference_before
    from seasons
    window
        by_size as (partition by series order by has_hidden desc, numerator = 0, numerator, season),
        before_it as (by_size rows between unbounded preceding and 1 preceding)
),

hidden_seasons as (
    select series, season
    from placed_seasons
    where has_hidden
        {%- if secondary %}
        or (
            series_has_hidden
            and (place <= 2 or numerator_before < {{ threshold }} or coalesce(difference_before < {{ threshold }}, false))
        )
        {%- endif %}
)

select
    in_sets.* exclude (is_small, cells, set_has_small, place, numerator_before, denominator_before, is_hidden_in_set),
    in_sets.is_hidden_in_set{% if secondary %} or hidden_seasons.series is not null{% endif %} as is_hidden
from in_sets
left join hidden_seasons on in_sets.series = hidden_seasons.series and in_sets.season = hidden_seasons.season
{%- endmacro %}
