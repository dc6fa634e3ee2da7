-- Every value by which a record may be joined with another. A value that more than 20 records hold
-- is a filler or a system's default (the most a child has here is a record in each system, two
-- schools and a pathway in each service), so it joins nobody; int_match_conflicts shows who holds
-- it.
{%- set identifiers = [
    ('upn', 'upn'),
    ('upn', 'former_upn'),
    ('nhs_number', 'nhs_number'),
    ('uln', 'uln'),
    ('social_care_id', 'social_care_id'),
] %}
with keys as (
    {%- for key_type, held_as in identifiers %}
    select
        record_no,
        '{{ key_type }}' as key_type,
        {{ held_as }} as key_value,
        '{{ held_as }}' as held_as
    from {{ ref('int_person_records') }}
    where {{ held_as }} is not null
    union all
    {%- endfor %}
    select
        record_no,
        'name_dob_postcode' as key_type,
        concat_ws('|', surname, forename, birth_date, postcode) as key_value,
        'name_dob_postcode' as held_as
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
