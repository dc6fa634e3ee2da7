with source as (

    select *
    from {{ source('ehc', 'ehc_plan') }}

),

renamed as (

    select
        -- keys
        plan_ref,
        request_ref,

        -- details
        {{ text_code('residential') }} as residential,
        {{ text_code('work_based') }} as work_based,
        {{ text_integer('personal_budget') }} as personal_budget,
        {{ text_integer('organised_arrangements') }} as organised_arrangements,
        {{ text_code('direct_payments') }} as direct_payments,
        {{ text_integer('health_outcome') }} as health_outcome,
        {{ text_integer('care_outcome') }} as care_outcome,
        {{ text_code('cease_reason') }} as cease_reason,

        -- dates
        {{ text_date('start_date') }} as start_date,
        {{ text_date('amended_date') }} as amended_date,
        {{ text_date('cease_date') }} as cease_date,

        -- where the row came from
        _file_hash,
        _row,
        _extract_date,
        _is_latest
    from source

)

select * from renamed
