with establishments as (

    select * from {{ ref('stg_gias__establishment') }}

),

setting_types as (

    select * from {{ ref('setting_types') }}

),

settings as (

    select
        establishments.urn,
        establishments.ukprn,
        establishments.name,
        establishments.la_code,
        establishments.type_code,
        establishments.status_code,
        establishments.phase_name,
        establishments.low_age,
        establishments.high_age,
        setting_types.setting_group,
        establishments.open_date,
        establishments.close_date,

        -- a list entry can give the kind of provision without its places, or the other way round
        coalesce(
            establishments.sen_unit_capacity > 0
            or establishments.resourced_provision_type ilike '%sen unit%',
            false
        ) as has_sen_unit,
        coalesce(
            establishments.resourced_provision_capacity > 0
            or establishments.resourced_provision_type ilike '%resourced provision%',
            false
        ) as has_resourced_provision,

        establishments._file_hash,
        establishments._row
    from establishments
    left join setting_types on establishments.type_code = setting_types.type_code

)

select * from settings
