-- Casework's own record, and what only the register of advice holds: the first, second … piece of a
-- kind for a request in the one is the first, second … in the other, and counts once, as casework
-- has it.
with casework as (

    select
        *,
        row_number() over (
            partition by request_ref, {{ text_code('advice_type') }}
            order by requested_date, advice_ref
        ) as nth
    from {{ source('ehc', 'ehc_advice') }}
    where _is_latest

),

register as (

    select
        * replace (concat('register ', advice_ref) as advice_ref),
        row_number() over (
            partition by request_ref, {{ text_code('advice_type') }}
            order by requested_date, advice_ref
        ) as nth
    from {{ source('registers', 'advice_request') }}
    where _is_latest

),

told as (

    select * from casework
    union all by name
    select register.*
    from register
    where
        not exists (
            select 1
            from casework
            where
                casework.request_ref = register.request_ref
                and {{ text_code('casework.advice_type') }}
                = {{ text_code('register.advice_type') }}
                and casework.nth = register.nth
        )

),

renamed as (

    select
        -- keys
        advice_ref,
        request_ref,

        -- details
        {{ text_code('advice_type') }} as advice_type,
        {{ text_integer('exception') }} as exception,

        -- dates
        {{ text_date('requested_date') }} as requested_date,
        {{ text_date('received_date') }} as received_date,

        -- where the row came from
        _file_hash,
        _row,
        _extract_date
    from told

)

select * from renamed
