with delivered as (

    select * from {{ ref('stg_ehc__plan_delivered') }}

)

select
    plan_ref,
    request_ref,
    residential,
    work_based,
    personal_budget,
    organised_arrangements,
    direct_payments,
    health_outcome,
    care_outcome,
    cease_reason,
    start_date,
    amended_date,
    cease_date,
    _file_hash,
    _row,
    _extract_date
from delivered
where _is_latest
