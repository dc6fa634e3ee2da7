{%- set topics = {
    'sex_label': 'Sex',
    'ethnicity_label': 'Ethnicity',
    'age_label': 'Young persons age',
    'placement_label': 'Type of placement',
    'placement_total_label': 'Type of placement',
} -%}

with labelled as (

    select
        plans.*,
        {{ preview_age_label(
            'plans.age', first=15, last=25, below='age 15 and under', above='age 25 or over',
            unknown='Age unknown'
        ) }} as age_label,
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
        {{ preview_breakdown('All work based placements', topics) | indent(8) }},
        count(*) filter (where wbp = 'S') as open_supp_intern,
        count(*) filter (where wbp = 'A') as open_apprentice,
        count(*) filter (where wbp = 'T') as open_trainee,
        count(*) filter (where wbp in ('S', 'A', 'T')) as open_wbp
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
        'open_supp_intern',
        'open_apprentice',
        'open_trainee',
        'open_wbp',
    ]) }}
from counted
cross join area
where counted.breakdown is not null
