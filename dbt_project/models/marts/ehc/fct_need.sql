with needs as (

    select * from {{ ref('stg_ehc__need') }}

),

plans as (

    select
        plan_ref,
        person_id
    from {{ ref('fct_plan') }}

)

select
    needs.plan_ref,
    plans.person_id,
    needs.rank,
    needs.sen_type,
    needs._file_hash,
    needs._row
from needs
left join plans on needs.plan_ref = plans.plan_ref
