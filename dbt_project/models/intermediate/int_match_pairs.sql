-- Every pair of records that share a key value or a clerical decision, how they agree, and the
-- verdict. A shared identifier joins two records only when the rest does not speak against it:
-- * birth dates that differ in more than a swap of day and month or one part: conflict;
-- * the same surname and birth date but another forename: twins, unless no system knows two
--   such children and a second kind of identifier agrees as well;
-- * a birth date that agrees only nearly, and another forename: conflict.
with shared as (
    select
        a.record_no as left_record,
        b.record_no as right_record,
        case
            when a.held_as = 'former_upn' or b.held_as = 'former_upn' then 'former_upn' else
                a.key_type
        end as method
    from {{ ref('int_match_keys') }} as a
    inner join {{ ref('int_match_keys') }} as b
        on a.key_type = b.key_type and a.key_value = b.key_value and a.record_no < b.record_no
    where not a.is_shared_widely
),

claims as (
    select
        left_record,
        right_record,
        method,
        null::varchar as decision,
        null::date as decided_on
    from shared
    union all
    select
        least(l.record_no, r.record_no) as left_record,
        greatest(l.record_no, r.record_no) as right_record,
        null as method,
        c.decision,
        coalesce(c.decided_on, date '0001-01-01') as decided_on
    from {{ ref('int_clerical_links') }} as c
    inner join
        {{ ref('int_person_records') }} as l
        on c.left_system = l.source_system and c.left_key = l.source_key
    inner join
        {{ ref('int_person_records') }} as r
        on c.right_system = r.source_system and c.right_key = r.source_key
    where l.record_no <> r.record_no
),

pairs as (
    select
        left_record,
        right_record,
        coalesce(list_sort(list(distinct method) filter (where method is not null)), []) as methods,
        count(distinct replace(method, 'former_', '')) filter (
            where method <> 'name_dob_postcode'
        ) as identifiers_agreed,
        arg_max(decision, decided_on) as decision
    from claims
    group by left_record, right_record
),

compared as (
    select
        pairs.*,
        {{ match_compare_birth_dates('a', 'b') }} as birth_dates,
        {{ match_compare_forenames('a', 'b') }} as forenames,
        coalesce(a.surname = b.surname, false) as has_same_surname,
        twins.surname is not null as is_known_twins
    from pairs
    inner join {{ ref('int_person_records') }} as a on pairs.left_record = a.record_no
    inner join {{ ref('int_person_records') }} as b on pairs.right_record = b.record_no
    left join {{ ref('int_twins') }} as twins
        on
            a.surname = twins.surname and b.surname = twins.surname
            and a.birth_date = twins.birth_date and b.birth_date = twins.birth_date
            and a.forename = twins.forename_1 and b.forename = twins.forename_2
)

select
    left_record,
    right_record,
    methods,
    birth_dates,
    forenames,
    decision,
    case
        when decision = 'same' then null
        when decision = 'different' then 'CLERICAL'
        when 'name_dob_postcode' in methods then null
        when birth_dates = 'differs' then 'BIRTH_DATE'
        when is_known_twins then 'TWINS'
        when
            birth_dates = 'same'
            and has_same_surname
            and forenames = 'differs'
            and identifiers_agreed < 2
            then 'FORENAME'
        when
            birth_dates in ('swapped', 'one_part') and forenames = 'differs'
            then 'BIRTH_DATE_AND_FORENAME'
    end as conflict
from compared
