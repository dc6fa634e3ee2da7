with requests as (

    select * from {{ ref('fct_request') }}

),

in_scope as (

    -- received, decided or waiting for a decision; an undecided request without a date is kept
    -- so that a rule can name it
    select request_ref
    from requests
    where
        {{ sen2_in_year('received_date') }}
        or (outcome in ('Y', 'N') and {{ sen2_in_year('outcome_date') }})
        or (outcome = 'A' and coalesce(received_date <= {{ sen2_period_end() }}, true))

    union

    -- assessed, or being assessed
    select request_ref
    from {{ ref('fct_assessment') }}
    where
        outcome = 'A'
        or (outcome in ('Y', 'N', 'W') and {{ sen2_in_year('outcome_date') }})

    union

    -- a plan on census day, or one that ceased in the year
    select request_ref
    from {{ ref('fct_plan') }}
    where {{ sen2_active_on_census_day() }} or {{ sen2_in_year('cease_date') }}

),

returned as (

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

)

select * from returned
