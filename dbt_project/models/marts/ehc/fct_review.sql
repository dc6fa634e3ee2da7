with reviews as (

    select * from {{ ref('stg_ehc__review') }}

),

plans as (

    select
        plan_ref,
        person_id
    from {{ ref('fct_plan') }}

),

clocked as (

    select
        reviews.*,
        plans.person_id,
        reviews.meeting_date + 28 as decision_due_date,
        cast(reviews.decision_date - reviews.meeting_date as integer) as days_to_decision,
        -- only a decision to amend leads to an amended final plan
        case when reviews.outcome = 'A' then reviews.meeting_date + 84 end as final_due_date,
        case
            when reviews.outcome = 'A'
                then cast(reviews.final_date - reviews.meeting_date as integer)
        end as days_to_final
    from reviews
    left join plans on reviews.plan_ref = plans.plan_ref

)

select
    review_ref,
    plan_ref,
    person_id,
    meeting_date,
    decision_date,
    outcome,
    draft_date,
    final_date,
    phase_transfer_due_date,
    phase_transfer_final_date,
    decision_due_date,
    days_to_decision,
    days_to_decision <= 28 as decided_in_4_weeks,
    final_due_date,
    days_to_final,
    days_to_final <= 84 as final_in_12_weeks,
    _file_hash,
    _row
from clocked
