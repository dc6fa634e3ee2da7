-- Casework's own record, and what only the register of disputes holds: the first, second … dispute
-- of a kind about a matter of a request in the one is the first, second … in the other, and counts
-- once, as casework has it.
with casework as (

    select
        *,
        row_number() over (
            partition by request_ref, {{ text_code('kind') }}, {{ text_code('about') }}
            order by opened_date nulls last, dispute_ref
        ) as nth
    from {{ source('ehc', 'ehc_dispute') }}
    where _is_latest

),

register as (

    select
        * replace (concat('register ', dispute_ref) as dispute_ref),
        row_number() over (
            partition by request_ref, {{ text_code('kind') }}, {{ text_code('about') }}
            order by opened_date nulls last, dispute_ref
        ) as nth
    from {{ source('registers', 'dispute_register') }}
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
                and {{ text_code('casework.kind') }} = {{ text_code('register.kind') }}
                and {{ text_code('casework.about') }} = {{ text_code('register.about') }}
                and casework.nth = register.nth
        )

),

renamed as (

    select
        -- keys
        dispute_ref,
        request_ref,

        -- details
        {{ text_code('kind') }} as kind,
        {{ text_code('about') }} as about,
        result,

        -- dates
        {{ text_date('opened_date') }} as opened_date,
        {{ text_date('closed_date') }} as closed_date,

        -- where the row came from
        _file_hash,
        _row,
        _extract_date
    from told

)

select * from renamed
