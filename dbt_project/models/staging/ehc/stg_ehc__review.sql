with source as (

    select *
    from {{ source('ehc', 'ehc_review') }}
    where _is_latest

),

renamed as (

    select
        -- keys
        review_ref,
        plan_ref,

        -- details
        {{ text_code('outcome') }} as outcome,

        -- dates
        {{ text_date('meeting_date') }} as meeting_date,
        {{ text_date('decision_date') }} as decision_date,
        {{ text_date('draft_date') }} as draft_date,
        {{ text_date('final_date') }} as final_date,
        {{ text_date('phase_transfer_due_date') }} as phase_transfer_due_date,
        {{ text_date('phase_transfer_final_date') }} as phase_transfer_final_date,

        -- where the row came from
        _file_hash,
        _row,
        _extract_date
    from source

)

select * from renamed
