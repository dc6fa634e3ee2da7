-- A digest a pupil, not a digest a month: there are far fewer of them.
with students as (
    select
        student_id,
        {{ pseudonym_ref('student', 'student_id') }} as student_pseudonym,
        {{ pseudonym_person('person_id') }} as pseudonym
    from (select distinct
        student_id,
        person_id
    from {{ ref('fct_attendance') }})
)

select
    students.student_pseudonym,
    students.pseudonym,
    attendance.start_date,
    attendance.month,
    attendance.urn,
    attendance.possible_sessions,
    attendance.attended_sessions,
    attendance.authorised,
    attendance.unauthorised,
    attendance.sen_provision,
    attendance.primary_need
from {{ ref('fct_attendance') }} as attendance
inner join students on attendance.student_id = students.student_id
