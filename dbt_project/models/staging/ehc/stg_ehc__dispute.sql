with source as (

    select *
    from {{ source('ehc', 'ehc_dispute') }}
    where _is_latest

),

renamed as (

    select
        -- keys
        dispute_ref,
        request_ref,

        -- details
        {{ text_code('kind') }} as kind,
        {{ text_code('about') }} as about,
        result,

        -- dates
        {{ text_date('opened_date') }} as opened_date,
        {{ text_date('closed_date') }} as closed_date,

        -- where the row came from
        _file_hash,
        _row,
        _extract_date
    from source

)

select * from renamed
