with plans as (

    select * from {{ ref('fct_plan') }}

),

plan_requests as (

    select
        plan_ref,
        requeststableid
    from {{ ref('int_sen2__plan_requests') }}
    where
        requeststableid in (
            select returned.assessmenttableid
            from {{ ref('sen2_prepared_assessment') }} as returned
        )

),

returned as (

    select
        plans.plan_ref as namedplantableid,
        plan_requests.requeststableid as assessmenttableid,
        plans.start_date as startdate,
        plans.residential as planres,
        plans.work_based as planwbp,
        plans.personal_budget as pb,
        plans.organised_arrangements as oa,
        plans.direct_payments as dp,
        plans.cease_date as ceasedate,
        plans.cease_reason as ceasereason,
        'ehc_plan' as _source_table,
        plans._file_hash,
        plans._row
    from plans
    inner join plan_requests on plans.plan_ref = plan_requests.plan_ref

)

select * from returned
