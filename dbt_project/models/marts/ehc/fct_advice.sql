with advice as (

    select * from {{ ref('stg_ehc__advice') }}

),

requests as (

    select
        request_ref,
        person_id
    from {{ ref('fct_request') }}

),

clocked as (

    select
        advice.*,
        requests.person_id,
        advice.requested_date + 42 as due_date,
        cast(advice.received_date - advice.requested_date as integer) as days_to_advice
    from advice
    left join requests on advice.request_ref = requests.request_ref

)

select
    advice_ref,
    request_ref,
    person_id,
    advice_type,
    requested_date,
    received_date,
    exception,
    due_date,
    days_to_advice,
    days_to_advice <= 42 as received_in_6_weeks,
    _file_hash,
    _row
from clocked
