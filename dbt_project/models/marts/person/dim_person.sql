-- The best value of each item: the first system that holds one, in the order ehc, census, mis,
-- cin, 903, CSDS, waiting list, earlier SEN2 returns, pupils no longer on roll; within a system the
-- newest record. An identifier is taken only if it passed its own check.
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
    {%- for system, key, model in [
        ('ehc', 'person_ref', 'stg_ehc__person'),
        ('census', 'pupil_key', 'stg_census__pupil'),
        ('mis', 'student_id', 'stg_mis__student'),
        ('csds', 'patient_id', 'stg_csds__patient'),
        ('sen2_return', sen2_return_person_key('collection', 'persontableid'), 'stg_sen2_return__person'),
        ('census_leaver', 'leaver_key', 'stg_census__leaver'),
    ] %}
    select
        '{{ system }}' as source_system,
        {{ key }} as source_key,
        surname,
        forename
    from {{ ref(model) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

valued as (
    select
        records.*,
        written.surname as written_surname,
        written.forename as written_forename
    from records
    left join written
        on
            records.source_system = written.source_system
            and records.source_key = written.source_key
),

best as (
    select
        person_id,
        {%- for item in [
            'birth_date', 'sex', 'ethnicity', 'postcode', 'upn', 'uln', 'nhs_number', 'social_care_id'
        ] %}
        arg_min({{ item }}, preference) filter (where {{ item }} is not null) as {{ item }},
        {%- endfor %}
        {%- for item in ['surname', 'forename'] %}
        arg_min(written_{{ item }}, preference)
        filter (where written_surname is not null) as {{ item }},
        {%- endfor %}
        bool_or(source_system = 'ehc') as in_ehc,
        bool_or(source_system = 'census') as in_census,
        bool_or(source_system in ('csds', 'waiting')) as in_health,
        bool_or(source_system not in ('sen2_return', 'census_leaver')) as is_known_now
    from valued
    group by person_id
),

care as (
    select
        person_id,
        bool_or(kind = 'CLA') as in_care,
        bool_or(kind in ('CIN', 'CPP')) as in_need
    from {{ ref('fct_social_care_episode') }}
    where
        start_date <= {{ board_as_of() }}
        and (end_date is null or end_date > {{ board_as_of() }})
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
    best.in_health,
    best.is_known_now
from best
left join care on best.person_id = care.person_id
