with needs as (
    select
        student_id,
        min_by(sen_type, (coalesce(priority, 99), sen_need_id)) as primary_need
    from {{ ref('stg_mis__sen_need') }}
    group by student_id
)

select
    attendance.student_id,
    links.person_id,
    attendance.start_date,
    date_trunc('month', attendance.start_date)::date as month,
    attendance.possible_sessions,
    attendance.attended_sessions,
    attendance.authorised,
    attendance.unauthorised,
    students.sen_provision,
    case when students.sen_provision in ('E', 'K') then needs.primary_need end as primary_need,
    students.urn,
    -- Absence is published for compulsory school age: 5 to 15 on the 31 August before (facts:
    -- extracts 2.2).
    {{ match_age('students.birth_date', match_school_year_age_day('attendance.start_date')) }}
    between 5 and 15 as is_compulsory_age,
    attendance._file_hash,
    attendance._row
from {{ ref('stg_mis__attendance') }} as attendance
inner join {{ ref('stg_mis__student') }} as students on attendance.student_id = students.student_id
inner join {{ ref('int_person_links') }} as links
    on links.source_system = 'mis' and attendance.student_id = links.source_key
left join needs on attendance.student_id = needs.student_id
