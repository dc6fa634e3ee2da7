-- One row a source person, with the identifiers that pass their own check and the name in a form
-- that can be compared.
with census_pupils as (
    select
        pupils.*,
        returns.census_date
    from {{ ref('stg_census__pupil') }} as pupils
    left join {{ ref('stg_census__return') }} as returns
        on pupils.census_return_id = returns.census_return_id and pupils.period = returns.period
),

gathered as (
    select
        'ehc' as source_system,
        person_ref as source_key,
        1 as system_priority,
        updated_at as known_on,
        upn,
        former_upn,
        uln,
        nhs_number,
        social_care_id,
        surname,
        forename,
        birth_date,
        sex,
        ethnicity,
        postcode,
        _file_hash,
        _row
    from {{ ref('stg_ehc__person') }}
    union all by name
    select
        'census' as source_system,
        pupil_key as source_key,
        2 as system_priority,
        census_date as known_on,
        upn,
        former_upn,
        uln,
        surname,
        forename,
        birth_date,
        sex,
        ethnicity,
        postcode,
        _file_hash,
        _row
    from census_pupils
    union all by name
    select
        'mis' as source_system,
        student_id as source_key,
        3 as system_priority,
        upn,
        former_upn,
        uln,
        surname,
        forename,
        birth_date,
        sex,
        ethnicity,
        postcode,
        _file_hash,
        _row
    from {{ ref('stg_mis__student') }}
    union all by name
    select
        'cin' as source_system,
        social_care_id as source_key,
        4 as system_priority,
        upn,
        former_upn,
        social_care_id,
        birth_date,
        sex,
        ethnicity,
        _file_hash,
        _row
    from {{ ref('stg_cin__child') }}
    union all by name
    select
        's903' as source_system,
        social_care_id as source_key,
        5 as system_priority,
        upn,
        social_care_id,
        birth_date,
        sex,
        ethnicity,
        _file_hash,
        _row
    from {{ ref('stg_s903__child') }}
    union all by name
    select
        'csds' as source_system,
        patient_id as source_key,
        6 as system_priority,
        nhs_number,
        surname,
        forename,
        birth_date,
        sex,
        postcode,
        _file_hash,
        _row
    from {{ ref('stg_csds__patient') }}
    union all by name
    select
        'waiting' as source_system,
        pathway_ref as source_key,
        7 as system_priority,
        nhs_number,
        birth_date,
        postcode,
        _file_hash,
        _row
    from {{ ref('stg_waiting__pathway') }}
    union all by name
    select
        'sen2_return' as source_system,
        {{ sen2_return_person_key('collection', 'persontableid') }} as source_key,
        8 as system_priority,
        make_date(collection, 1, 15) as known_on,
        upn,
        uln,
        surname,
        forename,
        birth_date,
        sex,
        ethnicity,
        postcode,
        _file_hash,
        _row
    from {{ ref('stg_sen2_return__person') }}
    union all by name
    select
        'census_leaver' as source_system,
        leaver_key as source_key,
        9 as system_priority,
        leaving_date as known_on,
        upn,
        former_upn,
        uln,
        surname,
        forename,
        birth_date,
        sex,
        ethnicity,
        postcode,
        _file_hash,
        _row
    from {{ ref('stg_census__leaver') }}
),

standard as (
    select
        * replace (
            {{ match_identifier('nhs_number') }} as nhs_number,
            {{ match_identifier('uln') }} as uln,
            {{ match_postcode('postcode') }} as postcode,
            {{ match_name('surname') }} as surname,
            {{ match_name('forename') }} as forename
        )
    from gathered
),

checked as (
    select
        *,
        case when {{ match_is_upn('upn') }} then upn end as valid_upn,
        case when {{ match_is_upn('former_upn') }} then former_upn end as valid_former_upn,
        case when {{ match_is_uln('uln') }} then uln end as valid_uln,
        case when {{ match_is_nhs_number('nhs_number') }} then nhs_number end as valid_nhs_number
    from standard
)

select
    row_number() over (order by system_priority, source_key) as record_no,
    source_system,
    source_key,
    system_priority,
    known_on,
    valid_upn as upn,
    nullif(valid_former_upn, valid_upn) as former_upn,
    valid_uln as uln,
    valid_nhs_number as nhs_number,
    nullif(trim(social_care_id), '') as social_care_id,
    surname,
    forename,
    birth_date,
    sex,
    ethnicity,
    postcode,
    (upn is not null and valid_upn is null)
    or (former_upn is not null and valid_former_upn is null)
    or (uln is not null and valid_uln is null)
    or (nhs_number is not null and valid_nhs_number is null) as has_invalid_identifier,
    _file_hash,
    _row
from checked
