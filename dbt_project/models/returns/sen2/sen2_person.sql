with people as (

    select * from {{ ref('dim_ehc_person') }}

),

in_scope as (

    select distinct persontableid from {{ ref('sen2_requests') }}

),

returned as (

    select
        people.person_ref as persontableid,
        cast(row_number() over (order by people.person_ref) as integer) as personorder,
        people.surname,
        people.forename,
        people.birth_date as personbirthdate,
        people.sex,
        people.ethnicity,
        people.postcode,
        people.upn,
        people.uln as uniquelearnernumber,
        people.upn_unknown_reason as upnunknown,
        'ehc_person' as _source_table,
        people._file_hash,
        people._row
    from people
    inner join in_scope on people.person_ref = in_scope.persontableid

)

select * from returned
