-- Two children whom one system knows at once: the same surname, birth date and postcode, different
-- forenames. Forenames that could be two forms of one (Tom, Thomas) count only when both records
-- hold a valid UPN and the UPNs differ. An earlier return knows its own persons at once, not those
-- of another year: a child whose UPN was put right between two returns is no pair of twins.
with named as (
    select
        case
            when source_system = 'sen2_return'
                then concat(source_system, ':', split_part(source_key, ':', 1))
            else source_system
        end as known_by,
        surname,
        forename,
        birth_date,
        postcode,
        upn
    from {{ ref('int_person_records') }}
    where
        surname is not null
        and forename is not null
        and birth_date is not null
        and postcode is not null
)

select distinct
    a.surname,
    a.birth_date,
    a.forename as forename_1,
    b.forename as forename_2
from named as a
inner join named as b
    on
        a.known_by = b.known_by
        and a.surname = b.surname
        and a.birth_date = b.birth_date
        and a.postcode = b.postcode
        and a.forename <> b.forename
where {{ match_compare_forenames('a', 'b') }} = 'differs' or a.upn <> b.upn
