-- A pseudonym, an age and a postcode district (the part before the space): nothing by which a
-- child is known at sight. Who is in earlier returns alone is nobody of today.
select
    {{ pseudonym_person('person_id') }} as pseudonym,
    {{ match_age('birth_date', board_as_of()) }} as age,
    sex,
    ethnicity,
    split_part(postcode, ' ', 1) as postcode_district,
    in_ehc,
    in_census,
    in_care,
    in_need,
    in_health
from {{ ref('dim_person') }}
where is_known_now
