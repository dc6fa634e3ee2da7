with source as (

    select *
    from {{ source('ehc', 'ehc_plan_setting') }}
    where _is_latest

),

renamed as (

    select
        -- keys
        plan_ref,
        {{ text_integer('placement_rank') }} as placement_rank,

        -- details
        urn,
        ukprn,
        {{ text_code('sen_setting') }} as sen_setting,
        sen_setting_other,
        {{ text_integer('sen_unit') }} as sen_unit,
        {{ text_integer('resourced_provision') }} as resourced_provision,

        -- where the row came from
        _file_hash,
        _row,
        _extract_date
    from source

)

select * from renamed
