with source as (

    select *
    from {{ source('gias', 'gias_establishment') }}
    where _is_latest

),

renamed as (

    select
        -- keys
        urn,
        ukprn,
        la_code,

        -- details
        name,
        -- the download prints type codes with and without a leading nought
        lpad(type_code, 2, '0') as type_code,
        status_code,
        phase_name,
        resourced_provision_type,
        {{ text_integer('sen_unit_capacity') }} as sen_unit_capacity,
        {{ text_integer('resourced_provision_capacity') }} as resourced_provision_capacity,
        {{ text_integer('low_age') }} as low_age,
        {{ text_integer('high_age') }} as high_age,

        -- dates
        {{ text_date('open_date', '%d-%m-%Y') }} as open_date,
        {{ text_date('close_date', '%d-%m-%Y') }} as close_date,

        -- where the row came from
        _file_hash,
        _row,
        _extract_date
    from source

)

select * from renamed
