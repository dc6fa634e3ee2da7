{#- The SEN2 collection the return is prepared for. The scope and the periods of all collections follow the same rules;
    what they ask for is the definition's to say (var sen2_items). A year that has no definition is refused before dbt
    starts (warehouse/dbt_variables.py). -#}
{% macro sen2_collection() -%}
    {{- var('collection') | int -}}
{%- endmacro %}

{#- First and last day of the calendar year the return reports on (the year before the collection). -#}
{% macro sen2_period_start() -%}
    date '{{ sen2_collection() | int - 1 }}-01-01'
{%- endmacro %}

{% macro sen2_period_end() -%}
    date '{{ sen2_collection() | int - 1 }}-12-31'
{%- endmacro %}

{#- Census day: the day of the caseload. -#}
{% macro sen2_census_day() -%}
    date '{{ var("census_date") }}'
{%- endmacro %}

{#- The 31 August before census day, on which DfE takes ages of the caseload. -#}
{% macro sen2_age_day() -%}
    date '{{ sen2_collection() | int - 1 }}-08-31'
{%- endmacro %}

{#- Whether a date lies in the reporting year; NULL dates do not. -#}
{% macro sen2_in_year(date_column) -%}
    coalesce({{ date_column }} between {{ sen2_period_start() }} and {{ sen2_period_end() }}, false)
{%- endmacro %}

{#- The date that ends the 20-week clock. No public paper confirms which of the two DfE uses, so it is a setting. -#}
{% macro sen2_twenty_week_end(assessment_outcome_date, start_date) -%}
    {%- set ends = {'assessment_outcome_date': assessment_outcome_date, 'start_date': start_date} -%}
    {%- if var('twenty_week_end') not in ends -%}
        {{- exceptions.raise_compiler_error(
            "twenty_week_end must be one of " ~ (ends.keys() | list) ~ ", and it is '" ~ var('twenty_week_end') ~ "'."
        ) -}}
    {%- endif -%}
    {{ ends[var('twenty_week_end')] }}
{%- endmacro %}

{#- Completed years of age on a day. A child born on 29 February has a birthday on 1 March in other years. -#}
{% macro sen2_age_on(birth_date, day) -%}
    cast(
        date_part('year', {{ day }}) - date_part('year', {{ birth_date }})
        - case when strftime({{ day }}, '%m%d') < strftime({{ birth_date }}, '%m%d') then 1 else 0 end
        as integer
    )
{%- endmacro %}

{#- Whether a plan is active on census day; a plan that ceases on that day still is. -#}
{% macro sen2_active_on_census_day(start_date='start_date', cease_date='cease_date') -%}
    coalesce(
        {{ start_date }} <= {{ sen2_census_day() }}
        and coalesce({{ cease_date }} >= {{ sen2_census_day() }}, true),
        false
    )
{%- endmacro %}

{#- Key of a setting or need of a plan: plan and rank. Ranks that are no numbers are all 0 here, so a second such row of
    the plan gets a number of its own: keys stay unique, and rules name the ranks. -#}
{% macro sen2_rank_key(plan_ref, rank) -%}
    {%- set place = "row_number() over (partition by " ~ plan_ref ~ ", coalesce(" ~ rank ~ ", 0) order by _file_hash, _row)" -%}
    {{ plan_ref }} || '-' || coalesce({{ rank }}, 0)
        || case when {{ place }} > 1 then '.' || {{ place }} else '' end
{%- endmacro %}
