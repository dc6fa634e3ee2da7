{%- set topics = {
    'sex_label': 'Sex',
    'ethnicity_label': 'Ethnicity',
    'age_label': 'Age plan ceased',
    'years_label': 'Years plan held',
    'placement_label': 'Type of placement',
    'placement_total_label': 'Type of placement',
} -%}

with labelled as (

    select
        plans.*,
        {{ preview_age_label('plans.age_at_cease', unknown='Age unknown') }} as age_label,
        {{ preview_years_label(
            'plans.years_held', under='Under a year', one=' year', more=' years',
            twelve='12 years and over'
        ) }} as years_label,
        categories.placement_label,
        categories.placement_total_label
    from {{ ref('int_sen2__plans') }} as plans
    left join {{ ref('setting_categories') }} as categories
        on plans.last_category = categories.setting_category
    where plans.is_ceased

),

counted as (

    select
        {{ preview_breakdown('All ceased EHC plans', topics) | indent(8) }},
        count(*) filter (where ceasereason = '1') as max_age,
        count(*) filter (where ceasereason = '2') as needs_met,
        count(*) filter (where ceasereason = '3') as he,
        count(*) filter (where ceasereason = '4') as employ,
        count(*) filter (where ceasereason = '5') as transfer,
        count(*) filter (where ceasereason = '6') as no_engage,
        count(*) filter (where ceasereason = '7') as moved_outside_eng,
        count(*) filter (where ceasereason = '8') as deceased,
        count(*) filter (where ceasereason is null) as not_rec,
        count(*) filter (where ceasereason = '9') as other,
        count(*) as total_ceased
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
        'max_age',
        'needs_met',
        'he',
        'employ',
        'transfer',
        'no_engage',
        'moved_outside_eng',
        'deceased',
        'not_rec',
        'other',
        'total_ceased',
    ]) }}
from counted
cross join area
where counted.breakdown is not null
