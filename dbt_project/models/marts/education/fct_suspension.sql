-- The school census brings an exclusion a term or two late, the schools' systems the next night: the same child, day and
-- category in both is one event. A second one of a day stays a second one.
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

census as (
    select
        links.person_id,
        exclusions.start_date,
        exclusions.category,
        exclusions.sessions,
        coalesce(exclusions.sen_provision, pupils.sen_provision) as sen_provision,
        needs.primary_need,
        exclusions.reason,
        exclusions._file_hash,
        exclusions._row,
        row_number() over (
            partition by links.person_id, exclusions.start_date, exclusions.category
            order by exclusions.period, exclusions.exclusion_id
        ) as nth
    from {{ ref('stg_census__exclusion') }} as exclusions
    inner join
        {{ ref('stg_census__pupil') }} as pupils
        on exclusions.pupil_table_id = pupils.pupil_table_id and exclusions.period = pupils.period
inner join {{ ref('int_person_links') }} as links
    on links.source_system = 'census' and pupils.pupil_key = links.source_key
left join census_needs as needs
    on exclusions.pupil_table_id = needs.pupil_table_id and exclusions.period = needs.period
),

mis as (
select
    links.person_id,
    exclusions.start_date,
    exclusions.category,
    exclusions.sessions,
    students.sen_provision,
    needs.primary_need,
    exclusions.reason,
    exclusions._file_hash,
    exclusions._row,
    row_number() over (
        partition by links.person_id, exclusions.start_date, exclusions.category
        order by exclusions.exclusion_id
    ) as nth
from {{ ref('stg_mis__exclusion') }} as exclusions
inner join
    {{ ref('stg_mis__student') }} as students
    on exclusions.student_id = students.student_id
inner join {{ ref('int_person_links') }} as links
    on links.source_system = 'mis' and exclusions.student_id = links.source_key
left join mis_needs as needs on exclusions.student_id = needs.student_id
),

events as (
select
    person_id,
    start_date,
    category,
    nth::integer as nth,
    coalesce(census.sessions, mis.sessions) as sessions,
    coalesce(census.sen_provision, mis.sen_provision) as sen_provision,
    coalesce(census.primary_need, mis.primary_need) as primary_need,
    coalesce(census.reason, mis.reason) as reason,
    case
        when mis.nth is null then 'census'
        when census.nth is null then 'mis'
        else 'census+mis'
    end as source,
    coalesce(census._file_hash, mis._file_hash) as _file_hash,
    coalesce(census._row, mis._row) as _row
from census
full outer join mis using (person_id, start_date, category, nth)
)

select * replace (case when sen_provision in ('E', 'K') then primary_need end as primary_need)
from events
