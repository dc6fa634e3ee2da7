with people as (

    select * from {{ ref('stg_ehc__person') }}

),

links as (

    select
        source_key,
        person_id
    from {{ ref('int_person_links') }}
    where source_system = 'ehc'

),

linked as (

    select
        people.person_ref,
        links.person_id,
        people.surname,
        people.forename,
        people.birth_date,
        people.sex,
        people.ethnicity,
        people.postcode,
        people.upn,
        people.uln,
        people.upn_unknown_reason,
        people._file_hash,
        people._row
    from people
    left join links on people.person_ref = links.source_key

)

select * from linked
