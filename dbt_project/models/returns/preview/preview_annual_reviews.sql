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
        plans.startdate < {{ sen2_period_start() }} as is_expected,
        -- the meeting counts only where a review was expected
        case when plans.startdate < {{ sen2_period_start() }} then plans.reviewmeeting end
            as meeting,
        date_part(
            'year',
            case when plans.startdate < {{ sen2_period_start() }} then plans.reviewmeeting end
        ) as meeting_year,
        case
            when plans.startdate < {{ sen2_period_start() }} and plans.reviewmeeting is not null
                then date_part('year', plans.lastreview)
        end as decision_year,
        {{ preview_age_label(
            'plans.age', prefix='Aged ', below='Aged 2 and under', above='Aged 20 and over'
        ) }} as age_label,
        {{ preview_years_label('plans.years_in_place') }} as years_label,
        categories.placement_label,
        categories.placement_total_label
    from {{ ref('int_sen2__plans') }} as plans
    left join {{ ref('setting_categories') }} as categories
        on plans.census_category = categories.setting_category
    where plans.is_on_census_day

),

counted as (

    select
        {{ preview_breakdown('All annual reviews', topics) | indent(8) }},
        count(*) as total_ehc_plans,
        count(*) filter (where is_expected) as review_expected,
        count(*) filter (where not is_expected) as review_not_expected,
        -- names as published for 2025: 25 is the collection's own year, 24 the year before
        count(*) filter (where meeting_year = {{ sen2_collection() }}) as review_meeting_25,
        count(*) filter (where meeting_year = {{ preview_calendar_year() }}) as review_meeting_24,
        count(*) filter (where meeting_year < {{ preview_calendar_year() }})
            as review_meeting_prior_24,
        count(meeting) as total_review_meeting,
        count(*) filter (where is_expected and meeting is null) as no_review_meeting,
        count(*) filter (where decision_year = {{ sen2_collection() }}) as review_decision25,
        count(*) filter (where decision_year = {{ preview_calendar_year() }}) as review_decision24,
        count(*) filter (where decision_year < {{ preview_calendar_year() }})
            as review_decision_prior24,
        count(*) filter (where meeting > {{ sen2_census_day() }} - 28) as review_decision_not_due,
        count(*) filter (where meeting is not null and reviewoutcome = 'A') as outcome_amend,
        count(*) filter (where meeting is not null and reviewoutcome = 'C') as outcome_cease,
        count(*) filter (where meeting is not null and reviewoutcome = 'M') as outcome_maintan,
        count(*) filter (where meeting is not null and reviewoutcome is null) as no_outcome,
        count(*) filter (where lastreview - meeting <= 28) as number_decsion_4weeks,
        count(*) filter (where lastreview - meeting > 28) as number_decision_gt_4weeks
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
        'total_ehc_plans',
        'review_expected',
        'review_not_expected',
        'review_meeting_25',
        'review_meeting_24',
        'review_meeting_prior_24',
    ]) }},
    -- the published file prints this column twice
    cast(counted.review_meeting_prior_24 as varchar) as review_meeting_prior_24_1,
    {{ preview_values([
        'total_review_meeting',
        'no_review_meeting',
        'review_decision25',
        'review_decision24',
        'review_decision_prior24',
        'review_decision_not_due',
    ]) }},
    -- negative where decisions not yet due were made all the same, as published
    cast(
        counted.total_review_meeting - counted.review_decision25 - counted.review_decision24
        - counted.review_decision_prior24 - counted.review_decision_not_due as varchar
    ) as review_decision_outstanding,
    {{ preview_values([
        'outcome_amend',
        'outcome_cease',
        'outcome_maintan',
        'no_outcome',
        'number_decsion_4weeks',
        'number_decision_gt_4weeks',
    ]) }},
    {{ preview_percent(
        'counted.number_decsion_4weeks',
        'counted.number_decsion_4weeks + counted.number_decision_gt_4weeks',
        x_when_none=true
    ) }} as pc_decsion_4weeks,
    {{ preview_percent(
        'counted.number_decision_gt_4weeks',
        'counted.number_decsion_4weeks + counted.number_decision_gt_4weeks',
        x_when_none=true
    ) }} as pc_decision_gt_4weeks
from counted
cross join area
where counted.breakdown is not null
