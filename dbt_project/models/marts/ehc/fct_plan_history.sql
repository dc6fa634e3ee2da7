{%- set versioned = [
    'request_ref',
    'start_date',
    'cease_date',
    'cease_reason',
    'residential',
    'work_based',
    'personal_budget',
    'organised_arrangements',
    'direct_payments',
    'health_outcome',
    'care_outcome',
    'amended_date',
] -%}

with versions as (
    {{ history_spans(
        delivered=ref('stg_ehc__plan_delivered'),
        deliveries=ref('stg_deliveries__delivery'),
        table_name='ehc_plan',
        key='plan_ref',
        versioned=versioned,
    ) }}
)

select
    plan_ref,
    version_number,
    {{ versioned | join(',\n    ') }},
    known_from,
    known_to,
    _file_hash,
    _row
from versions
