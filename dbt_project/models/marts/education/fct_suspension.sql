-- The school census brings an exclusion a term or two late, the schools' systems the next night:
-- the same child, day and category in both is one event. A second one of a day stays a second one.
-- What the census says is taken before what the school's system says. The school that a pupil has
-- left tells what happened there, so an event is of a pupil on roll or of one no longer on roll.
with census_needs as (
    select
        pupil_table_id,
        period,
        min_by(sen_type, sen_need_id) as primary_need
    from {{ ref('stg_census__sen_need') }}
    where rank = 1
    group by pupil_table_id, period
),

mis_needs as (
    select
        student_id,
        min_by(sen_type, (coalesce(priority, 99), sen_need_id)) as primary_need
    from {{ ref('stg_mis__sen_need') }}
    group by student_id
),

told as (
    select
        'census' as source,
        concat(exclusions.period, '-', exclusions.exclusion_id) as source_key,
        links.person_id,
        exclusions.start_date,
        exclusions.category,
        exclusions.sessions,
        coalesce(exclusions.sen_provision, pupils.sen_provision) as sen_provision,
        needs.primary_need,
        exclusions.reason,
        exclusions._file_hash,
        exclusions._row
    from {{ ref('stg_census__exclusion') }} as exclusions
    inner join {{ ref('stg_census__pupil') }} as pupils
        on exclusions.pupil_table_id = pupils.pupil_table_id and exclusions.period = pupils.period
    inner join {{ ref('int_person_links') }} as links
        on pupils.pupil_key = links.source_key and links.source_system = 'census'
    left join census_needs as needs
        on exclusions.pupil_table_id = needs.pupil_table_id and exclusions.period = needs.period
    where exclusions.roll = 'on'
    union all
    select
        'census' as source,
        concat(exclusions.period, '-off-', exclusions.exclusion_id) as source_key,
        links.person_id,
        exclusions.start_date,
        exclusions.category,
        exclusions.sessions,
        exclusions.sen_provision,
        null as primary_need,
        exclusions.reason,
        exclusions._file_hash,
        exclusions._row
    from {{ ref('stg_census__exclusion') }} as exclusions
    inner join {{ ref('stg_census__leaver') }} as leavers
        on
            exclusions.pupil_table_id = leavers.leaver_table_id
            and exclusions.period = leavers.period
    inner join {{ ref('int_person_links') }} as links
        on leavers.leaver_key = links.source_key and links.source_system = 'census_leaver'
    where exclusions.roll = 'off'
    union all
    select
        'mis' as source,
        exclusions.exclusion_id as source_key,
        links.person_id,
        exclusions.start_date,
        exclusions.category,
        exclusions.sessions,
        students.sen_provision,
        needs.primary_need,
        exclusions.reason,
        exclusions._file_hash,
        exclusions._row
    from {{ ref('stg_mis__exclusion') }} as exclusions
    inner join {{ ref('stg_mis__student') }} as students
        on exclusions.student_id = students.student_id
    inner join {{ ref('int_person_links') }} as links
        on exclusions.student_id = links.source_key and links.source_system = 'mis'
    left join mis_needs as needs on exclusions.student_id = needs.student_id
),

numbered as (
    select
        *,
        row_number() over (
            partition by source, person_id, start_date, category
            order by source_key
        )::integer as nth
    from told
),

events as (
    select
        person_id,
        start_date,
        category,
        nth,
        arg_min(sessions, source) as sessions,
        arg_min(sen_provision, source) as sen_provision,
        arg_min(primary_need, source) as primary_need,
        arg_min(reason, source) as reason,
        string_agg(source, '+' order by source) as source,
        arg_min(_file_hash, source) as _file_hash,
        arg_min(_row, source) as _row
    from numbered
    group by person_id, start_date, category, nth
)

select
    person_id,
    start_date,
    category,
    nth,
    sessions,
    sen_provision,
    case when sen_provision in ('E', 'K') then primary_need end as primary_need,
    reason,
    source,
    _file_hash,
    _row
from events
