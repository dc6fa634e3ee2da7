with plans as (

    select
        plan_ref,
        request_ref,
        person_ref,
        start_date,
        cease_date,
        _file_hash,
        _row
    from {{ ref('fct_plan') }}

),

numbered as (

    -- the plan the request led to is the first; the key decides between plans of one day
    select
        *,
        row_number() over (
            partition by request_ref
            order by start_date asc nulls last, plan_ref asc
        ) as plan_number
    from plans

),

placed as (

    select
        plan_ref,
        request_ref,
        person_ref,
        case
            when plan_number = 1 then request_ref
            else request_ref || '/' || plan_ref
        end as requeststableid,
        plan_number > 1 as has_own_request,
        {{ sen2_active_on_census_day() }} or {{ sen2_in_year('cease_date') }} as is_in_scope,
        _file_hash,
        _row
    from numbered

)

select * from placed
