with plans as (

    select * from {{ ref('fct_plan') }}

),

returned as (

    select
        plan_ref as namedplantableid,
        request_ref as assessmenttableid,
        start_date as startdate,
        residential as planres,
        work_based as planwbp,
        personal_budget as pb,
        organised_arrangements as oa,
        direct_payments as dp,
        cease_date as ceasedate,
        cease_reason as ceasereason,
        'ehc_plan' as _source_table,
        _file_hash,
        _row
    from plans
    where
        request_ref in (
            select returned.requeststableid from {{ ref('sen2_requests') }} as returned
        )

)

select * from returned
