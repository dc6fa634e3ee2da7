with source as (

    select *
    from {{ source('ehc', 'ehc_advice') }}
    where _is_latest

),

renamed as (

    select
        -- keys
        advice_ref,
        request_ref,

        -- details
        {{ text_code('advice_type') }} as advice_type,
        {{ text_integer('exception') }} as exception,

        -- dates
        {{ text_date('requested_date') }} as requested_date,
        {{ text_date('received_date') }} as received_date,

        -- where the row came from
        _file_hash,
        _row,
        _extract_date
    from source

)

select * from renamed
