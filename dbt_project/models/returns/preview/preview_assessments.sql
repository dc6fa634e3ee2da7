{%- set topics = {
    'sex_label': 'Sex',
    'ethnicity_label': 'Ethnicity',
    'age_label': 'Child or young persons age',
} -%}

with labelled as (

    select
        *,
        {{ preview_age_label(
            'age_at_request', prefix='Aged ', below='Aged 2 and under', above='Aged 20 and over',
            unknown='Age unknown'
        ) }} as age_label
    from {{ ref('int_sen2__cases') }}
    where assessment_counted_as is not null

),

counted as (

    select
        {{ preview_breakdown('All EHC needs assessments', topics) | indent(8) }},
        count(*) as assess_in_year,
        count(*) filter (where assessment_counted_as = 'Y') as assess_issued,
        count(*) filter (where assessment_counted_as = 'N') as assess_not_issued,
        count(*) filter (where assessment_counted_as = 'A') as assess_not_made,
        count(*) filter (where assessment_counted_as = 'W') as assess_withdrawn,
        count(*) filter (where assessment_counted_as = 'N' and days_to_outcome <= 112)
            as outcome_decision_within_time,
        count(*) filter (where assessment_counted_as = 'N' and days_to_outcome > 112)
            as outcome_decision_over_time,
        count(*) filter (where assessmentmediation = 1) as number_assess_mediation,
        count(*) filter (where assessmenttribunal = 1) as number_assess_tribunal,
        count(*) filter (where assessmentmediation = 1 and assessmenttribunal = 1)
            as number_asssess_mediation_tribunal,
        count(*) filter (where othermediation = 1) as number_other_mediation,
        count(*) filter (where othertribunal = 1) as number_other_tribunal,
        count(*) filter (where othermediation = 1 and othertribunal = 1)
            as number_other_mediation_tribunal
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
        'assess_in_year',
    ]) }},
    {{ preview_values([
        'assess_issued',
    ]) }},
    {{ preview_percent('counted.assess_issued', 'counted.assess_in_year') }}
        as assess_issued_pc,
    {{ preview_values([
        'assess_not_issued',
    ]) }},
    {{ preview_percent('counted.assess_not_issued', 'counted.assess_in_year') }}
        as assess_not_issued_pc,
    {{ preview_values([
        'assess_not_made',
    ]) }},
    {{ preview_percent('counted.assess_not_made', 'counted.assess_in_year') }}
        as assess_not_made_pc,
    {{ preview_values([
        'assess_withdrawn',
    ]) }},
    {{ preview_percent('counted.assess_withdrawn', 'counted.assess_in_year') }}
        as assess_withdrawn_pc,
    {{ preview_values([
        'outcome_decision_within_time',
        'outcome_decision_over_time',
    ]) }},
    {{ preview_percent(
        'counted.outcome_decision_within_time',
        'counted.outcome_decision_within_time + counted.outcome_decision_over_time'
    ) }} as outcome_decision_within_time_pc,
    {{ preview_percent(
        'counted.outcome_decision_over_time',
        'counted.outcome_decision_within_time + counted.outcome_decision_over_time'
    ) }} as outcome_decision_over_time_pc,
    {{ preview_values([
        'number_assess_mediation',
        'number_assess_tribunal',
        'number_asssess_mediation_tribunal',
        'number_other_mediation',
        'number_other_tribunal',
        'number_other_mediation_tribunal',
    ]) }}
from counted
cross join area
