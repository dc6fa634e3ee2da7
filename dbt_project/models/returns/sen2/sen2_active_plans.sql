with plans as (

    select *
    from {{ ref('fct_plan') }}
    where
        request_ref in (select returned.requeststableid from {{ ref('sen2_requests') }} as returned)
        and ({{ sen2_active_on_census_day() }} or {{ sen2_in_year('cease_date') }})

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

returned as (

    select
        plans.plan_ref as activeplanstableid,
        plans.request_ref as requeststableid,
        case
            when {{ sen2_in_year('requests.transfer_date') }} then requests.transferred_from
        end as transferla,
        latest_reviews.meeting_date as reviewmeeting,
        latest_reviews.decision_date as lastreview,
        latest_reviews.outcome as reviewoutcome,
        latest_reviews.draft_date as reviewdraft,
        latest_reviews.phase_transfer_due_date as phasetransferduedate,
        latest_reviews.phase_transfer_final_date as phasetransferfinaldate,
        'ehc_plan' as _source_table,
        plans._file_hash,
        plans._row
    from plans
    left join requests on plans.request_ref = requests.request_ref
    left join latest_reviews on plans.plan_ref = latest_reviews.plan_ref

)

select * from returned
