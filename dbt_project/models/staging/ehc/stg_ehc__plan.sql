with delivered as (

    select *
    from {{ ref('stg_ehc__plan_delivered') }}
    where _is_latest

)

select * exclude (_is_latest)
from delivered
