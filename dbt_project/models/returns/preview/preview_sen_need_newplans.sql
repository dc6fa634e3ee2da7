{%- set topics = {
    'sex_label': 'Sex',
    'ethnicity_label': 'Ethnicity',
    'age_label': 'Child or young persons age',
    'placement_label': 'Type of placement',
    'placement_total_label': 'Type of placement',
} -%}

with labelled as (

    select
        plans.*,
        {{ preview_age_label('plans.age_at_start') }} as age_label,
        categories.placement_label,
        categories.placement_total_label
    from {{ ref('int_sen2__plans') }} as plans
    left join {{ ref('setting_categories') }} as categories
        on plans.first_category = categories.setting_category
    where plans.is_new

),

counted as (

    select
        {{ preview_breakdown('All EHC plans', topics) | indent(8) }},
        count(*) as ehc_plans,
        {{ preview_need_counts('primary_need') }}
    from labelled
    group by {{ preview_groups(topics) }} -- noqa: PRS

),

area as (

    select *
    from {{ ref('areas') }}
    where old_la_code = '{{ var("area") }}'

)

select
    {{ preview_geography(preview_calendar_year(), 'Calendar year', split_london=true) }},
    counted.breakdown_topic,
    counted.breakdown,
    {{ preview_values(['ehc_plans']) }},
    {{ preview_need_values() }}
from counted
cross join area
where counted.breakdown is not null
