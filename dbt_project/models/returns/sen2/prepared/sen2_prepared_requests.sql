with requests as (

    select * from {{ ref('fct_request') }}

),

plan_requests as (

    select * from {{ ref('int_sen2__plan_requests') }}

),

in_scope as (

    -- received, decided, withdrawn or waiting for a decision; an undecided request without a date
    -- is kept so that a rule can name it
    select request_ref
    from requests
    where
        {{ sen2_in_year('received_date') }}
        or (outcome in ('Y', 'N', 'W') and {{ sen2_in_year('outcome_date') }})
        or (outcome = 'A' and coalesce(received_date <= {{ sen2_period_end() }}, true))

    union

    -- assessed in the year
    select request_ref
    from {{ ref('fct_assessment') }}
    where outcome in ('Y', 'N', 'W') and {{ sen2_in_year('outcome_date') }}

    union

    -- being assessed, on a request that came before the year ended
    select assessments.request_ref
    from {{ ref('fct_assessment') }} as assessments
    inner join requests on assessments.request_ref = requests.request_ref
    where
        assessments.outcome = 'A'
        and coalesce(requests.received_date <= {{ sen2_period_end() }}, true)

    union

    -- a plan on census day, or one that ceased in the year
    select request_ref
    from plan_requests
    where is_in_scope and not has_own_request

),

recorded as (

    select
        requests.request_ref as requeststableid,
        requests.person_ref as persontableid,
        requests.received_date as receiveddate,
        requests.source as requestsource,
        requests.rya,
        requests.outcome_date as requestoutcomedate,
        case
            when requests.transferred_from is not null then 'H'
            when
                requests.outcome in ('Y', 'N')
                and requests.outcome_date < {{ sen2_period_start() }}
                then 'H'
            else requests.outcome
        end as requestoutcome,
        requests.request_mediation as requestmediation,
        requests.request_tribunal as requesttribunal,
        requests.exported_to as exported,
        'ehc_request' as _source_table,
        requests._file_hash,
        requests._row
    from requests
    inner join in_scope on requests.request_ref = in_scope.request_ref

),

made_for_plans as (

    -- a request the casework does not hold, for a plan the return has no other place for
    select
        requeststableid,
        person_ref as persontableid,
        'H' as requestoutcome,
        'ehc_plan' as _source_table,
        _file_hash,
        _row
    from plan_requests
    where has_own_request and is_in_scope and person_ref is not null

),

returned as (

    select * from recorded
    union all by name
    select * from made_for_plans

)

select * from returned
