with plans as (

    -- a plan that ceases on the day is still in force; of two plans of a child the newer counts
    select
        *,
        -- a plan whose request names nobody is listed too, as a child about whom nothing is known
        coalesce(person_id, 'plan ' || plan_ref) as child
    from {{ ref('fct_plan') }}
    where {{ inspection_lasts('start_date', 'cease_date') }}
    qualify row_number() over (partition by child order by start_date desc, plan_ref desc) = 1

),

reviews as (

    select
        plan_ref,
        max(meeting_date) filter (where meeting_date <= {{ inspection_day() }}) as last_held,
        greatest(max(final_date), max(phase_transfer_final_date)) as last_final
    from {{ ref('fct_review') }}
    group by plan_ref

),

needs as (

    select
        plan_ref,
        sen_type
    from {{ ref('fct_need') }}
    where rank = 1

),

lasting as (

    select
        placements.plan_ref,
        placements.placement_rank,
        placements.placement_ref,
        placements.entry_date,
        placements.urn,
        placements.sen_setting = 'EHE' as is_at_home,
        {{ inspection_phase('settings') }} as phase
    from {{ ref('fct_placement') }} as placements
    left join {{ ref('dim_setting') }} as settings on placements.urn = settings.urn
    where {{ inspection_lasts('placements.entry_date', 'placements.leaving_date') }}

),

-- of two lasting placements of one rank the newer counts
placed as (

    select *
    from lasting
    qualify
        row_number() over (
            partition by plan_ref, placement_rank
            order by entry_date desc nulls last, placement_ref asc
        ) = 1

),

at_home as (

    select
        plan_ref,
        case when bool_or(coalesce(is_at_home, false)) then 'Y' else 'N' end as home_education
    from lasting
    group by plan_ref

)

select
    plans.child as persontableid,
    {{ inspection_unique_id('plans.child') }} as unique_id,
    people.upn,
    people.uln,
    people.birth_date,
    people.gender,
    people.ethnicity,
    plans.start_date as initial_plan_date,
    greatest(plans.amended_date, reviews.last_final) as updated_plan_date,
    reviews.last_held as last_review_date,
    needs.sen_type as primary_need,
    main.urn as main_urn,
    main.phase as main_phase,
    subsidiary.phase as subsidiary_phase,
    at_home.home_education,
    people.suspensions,
    people.permanent_exclusions,
    people.absence,
    cast(null as varchar) as pupil_premium,
    people.known_to_social_care,
    people.social_care_team,
    people.disability,
    'ehc_plan' as _source_table,
    plans._file_hash,
    plans._row
from plans
left join {{ ref('int_inspection__person') }} as people on plans.child = people.person_id
left join reviews on plans.plan_ref = reviews.plan_ref
left join needs on plans.plan_ref = needs.plan_ref
left join placed as main on plans.plan_ref = main.plan_ref and main.placement_rank = 1
left join placed as subsidiary
    on plans.plan_ref = subsidiary.plan_ref and subsidiary.placement_rank = 2
left join at_home on plans.plan_ref = at_home.plan_ref
