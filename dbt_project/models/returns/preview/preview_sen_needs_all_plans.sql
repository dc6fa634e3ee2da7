{%- set topics = {
    'sex_label': 'Sex',
    'ethnicity_label': 'Ethnicity',
    'age_label': 'Child or young persons age',
    'years_label': 'Years EHC plan in place',
    'placement_label': 'Type of placement',
    'placement_total_label': 'Type of placement',
} -%}

with labelled as (

    select
        plans.*,
        {{ preview_age_label('plans.age', last=26, below='under 3', above='age 25') }} as age_label,
        -- this file counts years to the end of the reporting year, the caseload file a year on
        {{ preview_years_label('(plans.years_in_place - 1)') }} as years_label,
        categories.placement_label,
        categories.placement_total_label
    from {{ ref('int_sen2__plans') }} as plans
    left join {{ ref('setting_categories') }} as categories
        on plans.census_category = categories.setting_category
    where plans.is_on_census_day

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
    {{ preview_geography(preview_academic_year(), 'Academic year') }},
    counted.breakdown_topic,
    counted.breakdown,
    {{ preview_values(['ehc_plans']) }},
    {{ preview_need_values() }}
from counted
cross join area
where counted.breakdown is not null
