{%- set topics = {
    'sex_label': 'Sex',
    'ethnicity_label': 'Ethnicity',
    'age_label': 'Child or young persons age',
    'age_at_start_label': 'Age when plan started',
    'years_label': 'Years EHC plan in place',
} -%}

with labelled as (

    select
        *,
        {{ preview_age_label('age', last=26, below='under 3', above='age 25') }} as age_label,
        {{ preview_age_label('age_at_start') }} as age_at_start_label,
        {{ preview_years_label('years_in_place') }} as years_label
    from {{ ref('int_sen2__plans') }}
    where is_on_census_day

),

counted as (

    select
        {{ preview_breakdown('All EHC plans', topics) | indent(8) }},
        count(*) as ehcplans,
        {{ preview_placement_counts('census_category') }}
    from labelled
    group by {{ preview_groups(topics) }} -- noqa: PRS

),

area as (

    select *
    from {{ ref('areas') }}
    where old_la_code = '{{ var("area") }}'

)

select
    {{ preview_geography(preview_academic_year(), 'Academic year') }},
    counted.breakdown_topic,
    counted.breakdown,
    {{ preview_values([
        'ehcplans',
    ]) }},
    {{ preview_placement_values('ehcplans') }}
from counted
cross join area
