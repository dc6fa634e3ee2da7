with returned_requests as (

    select requeststableid from {{ ref('sen2_prepared_requests') }}

),

requests as (

    select
        request_ref,
        transferred_from
    from {{ ref('fct_request') }}

),

assessments as (

    select * from {{ ref('fct_assessment') }}

),

plans as (

    -- a plan made so long ago that its assessment was never recorded still needs one to hang from
    select
        requeststableid,
        _file_hash,
        _row
    from {{ ref('int_sen2__plan_requests') }}

),

returned as (

    select
        returned_requests.requeststableid as assessmenttableid,
        returned_requests.requeststableid,
        case
            when requests.transferred_from is not null then 'H'
            when assessments.request_ref is null then 'H'
            -- an outcome nobody knows stays as it came, however old: a rule names it
            when
                assessments.outcome in ('Y', 'N', 'W')
                and assessments.outcome_date < {{ sen2_period_start() }}
                then 'H'
            else assessments.outcome
        end as assessmentoutcome,
        assessments.outcome_date as assessmentoutcomedate,
        coalesce(assessments.assessment_mediation, 0) as assessmentmediation,
        coalesce(assessments.assessment_tribunal, 0) as assessmenttribunal,
        coalesce(assessments.other_mediation, 0) as othermediation,
        coalesce(assessments.other_tribunal, 0) as othertribunal,
        assessments.exception_20_week as week20,
        case
            when assessments.request_ref is null then 'ehc_plan'
            else 'ehc_assessment'
        end as _source_table,
        coalesce(assessments._file_hash, plans._file_hash) as _file_hash,
        coalesce(assessments._row, plans._row) as _row
    from returned_requests
    left join requests on returned_requests.requeststableid = requests.request_ref
    left join assessments on returned_requests.requeststableid = assessments.request_ref
    left join plans on returned_requests.requeststableid = plans.requeststableid
    where assessments.request_ref is not null or plans.requeststableid is not null

)

select * from returned
