with disputes as (

    select * from {{ ref('stg_ehc__dispute') }}

),

requests as (

    select
        request_ref,
        person_id
    from {{ ref('fct_request') }}

)

select
    disputes.dispute_ref,
    disputes.request_ref,
    requests.person_id,
    disputes.kind,
    disputes.about,
    disputes.opened_date,
    disputes.closed_date,
    disputes.result,
    disputes._file_hash,
    disputes._row
from disputes
left join requests on disputes.request_ref = requests.request_ref
