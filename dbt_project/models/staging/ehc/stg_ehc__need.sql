with source as (

    select *
    from {{ source('ehc', 'ehc_need') }}
    where _is_latest

),

renamed as (

    select
        -- keys
        plan_ref,
        {{ text_integer('rank') }} as rank,

        -- details
        {{ text_code('sen_type') }} as sen_type,

        -- where the row came from
        _file_hash,
        _row,
        _extract_date
    from source

)

select * from renamed
