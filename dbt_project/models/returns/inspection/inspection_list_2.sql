-- The schools' systems are of last night, the census up to a term old: where a school's system
-- knows the pupil its word on provision counts, else that of the newest census.
with enrolled as (

    select
        person_id,
        urn,
        senprovision,
        primary_need,
        enrol_status,
        census_pupil_key,
        _file_hash,
        _row
    from {{ ref('fct_census_sen') }}
    where is_newest_census

),

-- where the pupil is counted: a main enrolment before one at a college or another provider
main_enrolment as (

    select *
    from enrolled
    where enrol_status is distinct from 'S'
    qualify
        row_number() over (
            partition by person_id
            order by
                case when enrol_status in ('C', 'M') then 1 else 2 end,
                enrol_status nulls last,
                census_pupil_key
        ) = 1

),

subsidiary_enrolment as (

    select *
    from enrolled
    where enrol_status = 'S'
    qualify row_number() over (partition by person_id order by census_pupil_key) = 1

),

school_system as (

    select
        person_id,
        urn,
        sen_provision,
        primary_need,
        _file_hash,
        _row
    from {{ ref('fct_attendance') }}
    where {{ inspection_in_period('start_date') }}
    -- of two schools in the newest month the one that gives support
    qualify
        row_number() over (
            partition by person_id
            order by
                start_date desc,
                case when sen_provision = 'K' then 1 else 2 end asc,
                student_id asc
        ) = 1

),

pupils as (

    select
        coalesce(school_system.person_id, main_enrolment.person_id) as person_id,
        coalesce(school_system.sen_provision, main_enrolment.senprovision) as sen_provision,
        coalesce(school_system.primary_need, main_enrolment.primary_need) as primary_need,
        coalesce(main_enrolment.urn, school_system.urn) as urn,
        school_system.person_id is not null as is_from_school_system,
        case
            when school_system.person_id is null then main_enrolment._file_hash
            else school_system._file_hash
        end as _file_hash,
        case
            when school_system.person_id is null then main_enrolment._row else school_system._row
        end as _row
    from main_enrolment
    full outer join school_system on main_enrolment.person_id = school_system.person_id

),

supported as (

    select pupils.*
    from pupils
    left join {{ ref('inspection_list_1') }} as with_plan
        on pupils.person_id = with_plan.persontableid
    where pupils.sen_provision = 'K' and with_plan.persontableid is null

)

select
    supported.person_id as persontableid,
    {{ inspection_unique_id('supported.person_id') }} as unique_id,
    people.upn,
    people.uln,
    people.birth_date,
    people.gender,
    people.ethnicity,
    supported.primary_need,
    supported.urn as main_urn,
    {{ inspection_phase('settings') }} as main_phase,
    {{ inspection_phase('subsidiary_settings') }} as subsidiary_phase,
    people.suspensions,
    people.permanent_exclusions,
    people.absence,
    cast(null as varchar) as pupil_premium,
    people.known_to_social_care,
    people.social_care_team,
    people.disability,
    case
        when supported.is_from_school_system then 'mis_attendance' else 'census_pupilonroll'
    end as _source_table,
    supported._file_hash,
    supported._row
from supported
left join {{ ref('int_inspection__person') }} as people on supported.person_id = people.person_id
left join {{ ref('dim_setting') }} as settings on supported.urn = settings.urn
left join subsidiary_enrolment on supported.person_id = subsidiary_enrolment.person_id
left join {{ ref('dim_setting') }} as subsidiary_settings
    on subsidiary_enrolment.urn = subsidiary_settings.urn
