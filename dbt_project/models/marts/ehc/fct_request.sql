with requests as (

    select * from {{ ref('stg_ehc__request') }}

),

people as (

    select
        person_ref,
        person_id
    from {{ ref('dim_ehc_person') }}

),

request_disputes as (

    select
        request_ref,
        cast(bool_or(kind = 'MEDIATION' and about = 'REQUEST') as integer) as request_mediation,
        cast(bool_or(kind = 'TRIBUNAL' and about = 'REQUEST') as integer) as request_tribunal
    from {{ ref('fct_dispute') }}
    group by request_ref

),

clocked as (

    select
        requests.*,
        people.person_id,
        coalesce(request_disputes.request_mediation, 0) as request_mediation,
        coalesce(request_disputes.request_tribunal, 0) as request_tribunal,
        requests.received_date + 42 as decision_due_date,
        case
            when requests.outcome in ('Y', 'N')
                then cast(requests.outcome_date - requests.received_date as integer)
        end as days_to_decision
    from requests
    left join people on requests.person_ref = people.person_ref
    left join request_disputes on requests.request_ref = request_disputes.request_ref

)

select
    request_ref,
    person_id,
    person_ref,
    received_date,
    source,
    rya,
    outcome,
    outcome_date,
    exported_to,
    transferred_from,
    transfer_date,
    request_mediation,
    request_tribunal,
    decision_due_date,
    days_to_decision,
    days_to_decision <= 42 as decided_in_6_weeks,
    _file_hash,
    _row
from clocked
