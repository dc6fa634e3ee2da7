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
        {{ preview_age_label('plans.age') }} as age_label,
        replace(categories.placement_label, 'Academy/free schools', 'academy/free school')
            as placement_label,
        categories.placement_total_label
    from {{ ref('int_sen2__plans') }} as plans
    left join {{ ref('setting_categories') }} as categories
        on plans.census_category = categories.setting_category
    where plans.is_on_census_day

),

counted as (

    select
        {{ preview_breakdown('All personal budgets', topics) | indent(8) }},
        count(*) filter (where pb = 1) as personal_budget,
        count(*) filter (where oa = 1) as org_arrangments,
        count(*) filter (where dp = 'H') as pb_health,
        count(*) filter (where dp = 'E') as pb_education,
        count(*) filter (where dp = 'S') as pb_social,
        count(*) filter (where dp = 'I') as pb_integrated
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
        'personal_budget',
        'org_arrangments',
        'pb_health',
        'pb_education',
        'pb_social',
        'pb_integrated',
    ]) }}
from counted
cross join area
where counted.breakdown is not null
