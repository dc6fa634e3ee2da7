{%- set files = preview_files() -%}

with ages as (

    -- every age a label can be made of, and none
    select cast(unnest(range(-1, 40)) as integer) as age
    union all
    select cast(null as integer) as age

),

years as (

    select cast(unnest(range(-1, 40)) as integer) as years

),

sexes as (

    select unnest(['F', 'M', 'U']) as sex

),

ethnicities as (

    select ethnicity_label from {{ ref('ethnicity_labels') }}
    union
    select 'Unclassified' as ethnicity_label

),

places as (

    select placement_label from {{ ref('setting_categories') }}
    union
    select placement_total_label as placement_label
    from {{ ref('setting_categories') }}
    where placement_total_label is not null

),

labels as (

    {% for file, rows in files.items() %}
    select
        '{{ file }}' as file_name,
        '{{ rows.total }}' as breakdown_topic,
        '{{ rows.total }}' as breakdown

    union all

    select
        '{{ file }}' as file_name,
        'Sex' as breakdown_topic,
        {{ preview_sex_label('sex', 'cast(null as varchar)') }} as breakdown
    from sexes

    union all

    select
        '{{ file }}' as file_name,
        'Ethnicity' as breakdown_topic,
        ethnicity_label as breakdown
    from ethnicities

    {% for topic, wording in rows.ages.items() %}
    union all

    select
        '{{ file }}' as file_name,
        '{{ topic }}' as breakdown_topic,
        {{ preview_age_label('age', **wording) }} as breakdown
    from ages

    {% endfor %}
    {% if rows.years %}
    union all

    select
        '{{ file }}' as file_name,
        '{{ rows.years[0] }}' as breakdown_topic,
        {{ preview_years_label('years', **rows.years[1]) }} as breakdown
    from years

    {% endif %}
    {% if rows.places %}
    union all

    select
        '{{ file }}' as file_name,
        'Type of placement' as breakdown_topic,
        {% if rows.places == 'small' %}
        replace(placement_label, 'Academy/free schools', 'academy/free school') as breakdown
        {% else %}
        placement_label as breakdown
        {% endif %}
    from places

    {% endif %}
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}

),

distinct_labels as (

    select distinct
        file_name,
        breakdown_topic,
        breakdown
    from labels

)

select * from distinct_labels
