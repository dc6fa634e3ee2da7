-- Records that a chain of pairs has joined although they cannot be one child: a record without a
-- name or birth date that holds one child's identifier and another's can join them, pair by pair,
-- with no pair in conflict.
with members as (
    select
        components.component,
        records.record_no,
        records.surname,
        records.forename,
        records.birth_date
    from {{ ref('int_match_components') }} as components
    inner join
        {{ ref('int_person_records') }} as records
        on components.record_no = records.record_no
),

mixed as (
    select component
    from members
    group by component
    having count(distinct birth_date) > 1 or count(distinct forename) > 1
),

opposed as (
    select
        a.component,
        a.record_no as left_record,
        b.record_no as right_record,
        case
            when {{ match_compare_birth_dates('a', 'b') }} = 'differs' then 'BIRTH_DATE'
            when twins.surname is not null then 'TWINS'
            when
                a.birth_date = b.birth_date and a.surname = b.surname
                and {{ match_compare_forenames('a', 'b') }} = 'differs' then 'FORENAME'
        end as conflict
    from members as a
    inner join mixed on a.component = mixed.component
    inner join members as b on a.component = b.component and a.record_no < b.record_no
    left join {{ ref('int_twins') }} as twins
        on
            a.surname = twins.surname and b.surname = twins.surname
            and a.birth_date = twins.birth_date and b.birth_date = twins.birth_date
            and a.forename = twins.forename_1 and b.forename = twins.forename_2
),

told_apart as (
    select
        c.component,
        p.left_record,
        p.right_record,
        p.conflict
    from {{ ref('int_match_pairs') }} as p
    inner join {{ ref('int_match_components') }} as c on p.left_record = c.record_no
    inner join
        {{ ref('int_match_components') }} as d
        on p.right_record = d.record_no and c.component = d.component
    where p.conflict is not null
)

select
    component,
    left_record,
    right_record,
    conflict
from told_apart
union all
select
    opposed.component,
    opposed.left_record,
    opposed.right_record,
    opposed.conflict
from opposed
-- A pair that agreed by itself (two kinds of identifier, or a person's decision) is not torn by
-- its forename.
anti join {{ ref('int_match_pairs') }} as p
    on opposed.left_record = p.left_record and opposed.right_record = p.right_record
where opposed.conflict is not null
