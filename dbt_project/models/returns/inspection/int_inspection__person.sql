-- What both lists say of a child, whatever its provision.
with people as (

    select * from {{ ref('dim_person') }}

),

-- A list has a letter for each main code alone; an extended code is the main code of its group.
main_codes as (

    select
        ethnicity,
        ethnicity_label
    from {{ ref('ethnicity_labels') }}
    where
        ethnicity in (
            'WBRI', 'WIRI', 'WIRT', 'WOTH', 'WROM', 'MWBC', 'MWBA', 'MWAS', 'MOTH',
            'AIND', 'APKN', 'ABAN', 'AOTH', 'BCRB', 'BAFR', 'BOTH', 'CHNE', 'OOTH'
        )

),

ethnicities as (

    select
        extended.ethnicity,
        main_codes.ethnicity as main_code
    from {{ ref('ethnicity_labels') }} as extended
    inner join main_codes on extended.ethnicity_label = main_codes.ethnicity_label

),

exclusions as (

    select
        person_id,
        count(*) filter (where category = 'SUSP') as suspensions,
        count(*) filter (where category = 'PERM') as permanent_exclusions
    from {{ ref('fct_suspension') }}
    where {{ inspection_in_period('start_date') }}
    group by person_id

),

sessions as (

    select
        person_id,
        sum(possible_sessions) as possible,
        sum(authorised + unauthorised) as missed
    from {{ ref('fct_attendance') }}
    where {{ inspection_in_period('start_date') }}
    group by person_id

),

involvements as (

    select
        person_id,
        case
            when bool_or(kind = 'CLA') then 'CLA'
            when bool_or(kind = 'CPP') then 'CPP'
            else 'CIN'
        end as team
    from {{ ref('fct_social_care_episode') }}
    where {{ inspection_lasts('start_date', 'end_date - 1') }}
    group by person_id

),

-- 'Not known to social care' can be said only once social care has told whom it knows.
social_care as (

    select count(*) > 0 as is_delivered from {{ ref('fct_social_care_episode') }}

),

disabilities as (

    select
        person_id,
        bool_or(is_disabled) as is_disabled
    from (
        select
            person_id,
            disability <> 'NONE' as is_disabled
        from {{ ref('fct_disability') }}
        union all
        select
            person_id,
            true as is_disabled
        from {{ ref('fct_social_care_episode') }}
        where kind in ('CIN', 'CLA') and need_code = 'N2'
    ) as told
    group by person_id

)

select
    people.person_id,
    people.upn,
    people.uln,
    people.birth_date,
    people.sex as gender,
    coalesce(ethnicities.main_code, people.ethnicity) as ethnicity,
    -- nought can be said only of a child that a school's system knows
    case
        when exclusions.person_id is not null then cast(exclusions.suspensions as integer)
        when people.in_census or sessions.person_id is not null then 0
    end as suspensions,
    case
        when exclusions.person_id is not null
            then cast(exclusions.permanent_exclusions as integer)
        when people.in_census or sessions.person_id is not null then 0
    end as permanent_exclusions,
    case
        when sessions.possible > 0
            then cast(round(100.0 * sessions.missed / sessions.possible, 1) as double)
    end as absence,
    case
        when involvements.person_id is not null then 'Y'
        when social_care.is_delivered then 'N'
    end as known_to_social_care,
    involvements.team as social_care_team,
    case disabilities.is_disabled when true then 'Y' when false then 'N' end as disability
from people
cross join social_care
left join ethnicities on people.ethnicity = ethnicities.ethnicity
left join exclusions on people.person_id = exclusions.person_id
left join sessions on people.person_id = sessions.person_id
left join involvements on people.person_id = involvements.person_id
left join disabilities on people.person_id = disabilities.person_id
