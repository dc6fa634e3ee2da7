{%- set topics = {
    'sex_label': 'Sex',
    'ethnicity_label': 'Ethnicity',
    'age_at_start_label': 'Age when plan started',
} -%}

with labelled as (

    select
        *,
        {{ preview_age_label('age_at_start') }} as age_at_start_label
    from {{ ref('int_sen2__plans') }}
    where is_new

),

counted as (

    select
        {{ preview_breakdown('New EHC plans', topics) | indent(8) }},
        count(*) as new_ehc_plans,
        {{ preview_placement_counts('first_category') }}
    from labelled
    group by {{ preview_groups(topics) }} -- noqa: PRS

),

area as (

    select *
    from {{ ref('areas') }}
    where old_la_code = '{{ var("area") }}'

)

select
    {{ preview_geography(preview_calendar_year(), 'Calendar year') }},
    counted.breakdown_topic,
    counted.breakdown,
    {{ preview_values([
        'new_ehc_plans',
    ]) }},
    {{ preview_placement_values(
        'new_ehc_plans', unavailable=['online_provider', 'w_settings', 'other_schools']
    ) }}
from counted
cross join area
