with source as (

    select *
    from {{ source('ehc', 'ehc_request') }}
    where _is_latest

),

renamed as (

    select
        -- keys
        request_ref,
        person_ref,

        -- details
        {{ text_code('source') }} as source,
        {{ text_integer('rya') }} as rya,
        {{ text_code('outcome') }} as outcome,
        {{ text_code('exported_to') }} as exported_to,
        {{ text_code('transferred_from') }} as transferred_from,

        -- dates
        {{ text_date('received_date') }} as received_date,
        {{ text_date('outcome_date') }} as outcome_date,
        {{ text_date('transfer_date') }} as transfer_date,

        -- where the row came from
        _file_hash,
        _row,
        _extract_date
    from source

)

select * from renamed
