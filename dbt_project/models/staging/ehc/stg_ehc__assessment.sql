with source as (

    select *
    from {{ source('ehc', 'ehc_assessment') }}
    where _is_latest

),

renamed as (

    select
        -- keys
        request_ref,

        -- details
        {{ text_code('outcome') }} as outcome,
        {{ text_integer('exception_20_week') }} as exception_20_week,

        -- dates
        {{ text_date('outcome_date') }} as outcome_date,

        -- where the row came from
        _file_hash,
        _row,
        _extract_date
    from source

)

select * from renamed
