with plans as (

    select * from {{ ref('stg_ehc__plan') }}

),

requests as (

    select
        request_ref,
        person_id,
        person_ref
    from {{ ref('fct_request') }}

),

current_versions as (

    select
        plan_ref,
        known_from,
        known_to
    from {{ ref('fct_plan_history') }}
    where known_to is null

)

select
    plans.plan_ref,
    plans.request_ref,
    requests.person_id,
    requests.person_ref,
    plans.start_date,
    plans.cease_date,
    plans.cease_reason,
    plans.residential,
    plans.work_based,
    plans.personal_budget,
    plans.organised_arrangements,
    plans.direct_payments,
    plans.health_outcome,
    plans.care_outcome,
    plans.amended_date,
    current_versions.known_from,
    current_versions.known_to,
    plans._file_hash,
    plans._row
from plans
left join requests on plans.request_ref = requests.request_ref
left join current_versions on plans.plan_ref = current_versions.plan_ref
