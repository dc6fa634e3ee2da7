with plans as (

    select *
    from {{ ref('int_sen2__plan_requests') }}
    where
        is_in_scope
        and requeststableid in (
            select returned.requeststableid
            from {{ ref('sen2_prepared_requests') }} as returned
        )

),

requests as (

    select
        request_ref,
        transferred_from,
        transfer_date
    from {{ ref('fct_request') }}

),

latest_reviews as (

    select *
    from {{ ref('fct_review') }}
    where meeting_date <= {{ sen2_census_day() }}
    qualify
        row_number() over (
            partition by plan_ref
            order by meeting_date desc, decision_date desc nulls last, review_ref desc
        ) = 1

),

current_placements as (

    -- until 2023 the plan, not the stay, says whether the child boards or works: what holds of the
    -- newest primary stay
    select
        plan_ref,
        residential,
        work_based
    from {{ ref('fct_placement') }}
    where placement_rank = 1 and coalesce(entry_date <= {{ sen2_census_day() }}, true)
    qualify
        row_number() over (
            partition by plan_ref
            order by
                coalesce(leaving_date >= {{ sen2_census_day() }}, true) desc,
                entry_date desc nulls last, placement_ref asc
        ) = 1

),

returned as (

    select
        plans.plan_ref as activeplanstableid,
        plans.requeststableid,
        case
            when {{ sen2_in_year('requests.transfer_date') }} then requests.transferred_from
        end as transferla,
        latest_reviews.meeting_date as reviewmeeting,
        latest_reviews.outcome as reviewoutcome,
        latest_reviews.draft_date as reviewdraft,
        latest_reviews.phase_transfer_due_date as phasetransferduedate,
        latest_reviews.phase_transfer_final_date as phasetransferfinaldate,
        current_placements.residential as res,
        current_placements.work_based as wbp,
        latest_reviews.decision_date as lastreview,
        'ehc_plan' as _source_table,
        plans._file_hash,
        plans._row
    from plans
    left join requests on plans.requeststableid = requests.request_ref
    left join latest_reviews on plans.plan_ref = latest_reviews.plan_ref
    left join current_placements on plans.plan_ref = current_placements.plan_ref

)

select * from returned
