-- The best value of each item: the first system that holds one, in the order ehc, census, mis, cin, 903, CSDS, waiting list;
-- within a system the newest record. An identifier is taken only if it passed its own check.
with records as (
    select
        links.person_id,
        records.*,
        row_number() over (
            order by
                records.system_priority asc,
                records.known_on desc nulls last,
                records.source_key asc
        ) as preference
    from {{ ref('int_person_records') }} as records
    inner join
        {{ ref('int_person_links') }} as links
        on records.source_system = links.source_system and records.source_key = links.source_key
),

-- Names as they were written; the ones in int_person_records are stripped for comparison.
written as (
select
    'ehc' as source_system,
    person_ref as source_key,
    surname,
    forename
from {{ ref('stg_ehc__person') }}
union all
select
    'census',
    pupil_key,
    surname,
    forename
from {{ ref('stg_census__pupil') }}
union all
select
    'mis',
    student_id,
    surname,
    forename
from {{ ref('stg_mis__student') }}
union all
select
    'csds',
    patient_id,
    surname,
    forename
from {{ ref('stg_csds__patient') }}
),

best as (
select
    records.person_id,
    {%- for item in ['birth_date', 'sex', 'ethnicity', 'postcode', 'upn', 'uln', 'nhs_number', 'social_care_id'] %}
    arg_min(records.{{ item }}, records.preference) filter (
        where records.{{ item }} is not null
    )
        as {{ item }},
    {%- endfor %}
    arg_min(written.surname, records.preference) filter (where written.surname is not null)
        as surname,
    arg_min(written.forename, records.preference) filter (where written.surname is not null)
        as forename,
    bool_or(records.source_system = 'ehc') as in_ehc,
    bool_or(records.source_system = 'census') as in_census,
    bool_or(records.source_system in ('csds', 'waiting')) as in_health
from records
left join written
    on records.source_system = written.source_system and records.source_key = written.source_key
group by records.person_id
),

care as (
select
    person_id,
    bool_or(kind = 'CLA') as in_care,
    bool_or(kind in ('CIN', 'CPP')) as in_need
from {{ ref('fct_social_care_episode') }}
where
    start_date <= {{ board_as_of() }} and (end_date is null or end_date > {{ board_as_of() }})
    and coalesce(legal_status, '') not in ('V3', 'V4')
group by person_id
)

select
best.person_id,
best.birth_date,
best.sex,
best.ethnicity,
best.postcode,
best.surname,
best.forename,
best.upn,
best.uln,
best.nhs_number,
best.social_care_id,
best.in_ehc,
best.in_census,
coalesce(care.in_care, false) as in_care,
coalesce(care.in_need, false) as in_need,
best.in_health
from best
left join care on best.person_id = care.person_id
