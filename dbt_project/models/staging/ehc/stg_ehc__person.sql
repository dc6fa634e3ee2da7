with source as (

    select *
    from {{ source('ehc', 'ehc_person') }}
    where _is_latest

),

renamed as (

    select
        -- keys
        person_ref,

        -- details
        trim(surname) as surname,
        trim(forename) as forename,
        {{ text_code('sex') }} as sex,
        {{ text_code('ethnicity') }} as ethnicity,
        {{ text_code('postcode') }} as postcode,
        {{ text_code('upn') }} as upn,
        {{ text_code('former_upn') }} as former_upn,
        {{ text_code('uln') }} as uln,
        {{ text_code('upn_unknown_reason') }} as upn_unknown_reason,
        replace(trim(nhs_number), ' ', '') as nhs_number,
        social_care_id,

        -- dates
        {{ text_date('birth_date') }} as birth_date,
        {{ text_date('updated_at') }} as updated_at,

        -- where the row came from
        _file_hash,
        _row,
        _extract_date
    from source

)

select * from renamed
