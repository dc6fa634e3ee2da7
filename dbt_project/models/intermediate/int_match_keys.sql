-- Every value by which a record may be joined with another. A value that more than 20 records hold is a filler or a
-- system's default (the most a child has here is a record in each system, two schools and a pathway in each service), so
-- it joins nobody; int_match_conflicts shows who holds it.
with keys as (
    select
        record_no,
        'upn' as key_type,
        upn as key_value,
        'upn' as held_as
    from {{ ref('int_person_records') }}
    where upn is not null
    union all
    select
        record_no,
        'upn',
        former_upn,
        'former_upn'
    from {{ ref('int_person_records') }}
    where former_upn is not null
    union all
    select
        record_no,
        'nhs_number',
        nhs_number,
        'nhs_number'
    from {{ ref('int_person_records') }}
    where nhs_number is not null
    union all
    select
        record_no,
        'uln',
        uln,
        'uln'
    from {{ ref('int_person_records') }}
    where uln is not null
    union all
    select
        record_no,
        'social_care_id',
        social_care_id,
        'social_care_id'
    from {{ ref('int_person_records') }}
    where social_care_id is not null
    union all
    select
        record_no,
        'name_dob_postcode',
        concat_ws('|', surname, forename, birth_date, postcode),
        'name_dob_postcode'
    from {{ ref('int_person_records') }}
    where
        surname is not null
        and forename is not null
        and birth_date is not null
        and postcode is not null
),

sized as (
    select
        *,
        count(*) over (partition by key_type, key_value) as holders,
        min(record_no) over (partition by key_type, key_value) as first_holder
    from keys
)

select
    record_no,
    key_type,
    key_value,
    held_as,
    holders > 20 as is_shared_widely,
    first_holder
from sized
where holders > 1
