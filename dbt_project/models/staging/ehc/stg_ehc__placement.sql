with source as (

    select *
    from {{ source('ehc', 'ehc_placement') }}
    where _is_latest

),

renamed as (

    select
        -- keys
        placement_ref,
        plan_ref,

        -- details
        {{ text_integer('placement_rank') }} as placement_rank,
        urn,
        ukprn,
        {{ text_code('sen_setting') }} as sen_setting,
        sen_setting_other,
        {{ text_integer('sen_unit') }} as sen_unit,
        {{ text_integer('resourced_provision') }} as resourced_provision,
        {{ text_code('residential') }} as residential,
        {{ text_code('work_based') }} as work_based,
        {{ text_code('attendance_pattern') }} as attendance_pattern,

        -- dates
        {{ text_date('entry_date') }} as entry_date,
        {{ text_date('leaving_date') }} as leaving_date,

        -- where the row came from
        _file_hash,
        _row,
        _extract_date
    from source

)

select * from renamed
