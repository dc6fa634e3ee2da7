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
    where is_received or is_decided

),

counted as (

    select
        {{ preview_breakdown('All requests for EHC needs assessments', topics) | indent(8) }},
        count(*) filter (where is_received) as requests_received_in_year,
        count(*) filter (where is_received and rya = 1) as requests_rya,
        count(*) filter (where is_received and requestoutcome = 'Y') as requests_decided_to_assess,
        count(*) filter (where is_received and requestoutcome = 'N')
            as requests_decided_not_to_assess,
        count(*) filter (where is_received and requestoutcome = 'A') as requests_decision_not_made,
        count(*) filter (where is_received and requestoutcome = 'W') as requests_withdrawn,
        -- one without a received date counts in neither band, but in their percentages' base
        count(*) filter (where is_decided) as decisions,
        count(*) filter (where is_decided and days_to_decision <= 42)
            as request_outcome_six_weeks,
        count(*) filter (where is_decided and days_to_decision > 42)
            as request_outcome_over_6_weeks,
        count(*) filter (where is_received and requestmediation = 1) as mediation_related_request,
        count(*) filter (where is_received and requesttribunal = 1) as tribunal_related_request,
        count(*) filter (where is_received and requestmediation = 1 and requesttribunal = 1)
            as tribunal_after_mediation_request
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
        'requests_received_in_year',
        'requests_rya',
        'requests_decided_to_assess',
        'requests_decided_not_to_assess',
        'requests_decision_not_made',
        'requests_withdrawn',
    ]) }},
    {{ preview_percent('counted.requests_decided_to_assess', 'counted.requests_received_in_year') }}
        as request_assess_pc,
    {{ preview_percent(
        'counted.requests_decided_not_to_assess', 'counted.requests_received_in_year'
    ) }} as request_not_assess_pc,
    {{ preview_percent('counted.requests_decision_not_made', 'counted.requests_received_in_year') }}
        as request_outstanding_pc,
    {{ preview_percent('counted.requests_withdrawn', 'counted.requests_received_in_year') }}
        as request_withdrawn_pc,
    {{ preview_values([
        'request_outcome_six_weeks',
        'request_outcome_over_6_weeks',
    ]) }},
    {{ preview_percent('counted.request_outcome_six_weeks', 'counted.decisions') }}
        as request_outcome_six_weeks_pc,
    {{ preview_percent('counted.request_outcome_over_6_weeks', 'counted.decisions') }}
        as request_outcome_over_6_weeks_pc,
    {{ preview_values([
        'mediation_related_request',
        'tribunal_related_request',
        'tribunal_after_mediation_request',
    ]) }}
from counted
cross join area
