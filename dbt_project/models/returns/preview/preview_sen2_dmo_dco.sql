with header as (

    select * from {{ ref('sen2_header') }}

),

area as (

    select *
    from {{ ref('areas') }}
    where old_la_code = '{{ var("area") }}'

)

select
    {{ preview_geography(sen2_collection(), 'Calendar year') }},
    {{ preview_officer('header.dmo') }} as des_med_off,
    {{ preview_officer('header.dco') }} as des_clin_off,
    {{ preview_officer('header.dsco') }} as des_so_care_off
from header
cross join area
