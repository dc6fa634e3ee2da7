with disputes as (

    select * from {{ ref('stg_ehc__dispute') }}

),

-- From staging and not from fct_request, which reads this model: whether there was a dispute is one
-- of its columns, and lineage finds the dispute's own row through here.
requests as (

    select
        requests.request_ref,
        people.person_id
    from {{ ref('stg_ehc__request') }} as requests
    left join {{ ref('dim_ehc_person') }} as people on requests.person_ref = people.person_ref

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
