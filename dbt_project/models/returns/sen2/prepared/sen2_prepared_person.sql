with people as (

    select * from {{ ref('dim_ehc_person') }}

),

in_scope as (

    -- a request whose person the casework does not hold keeps a person without values, so that the
    -- return can be written and rules name what is missing
    select
        persontableid,
        min(_source_table) as _source_table,
        min(_file_hash) as _file_hash,
        min(_row) as _row
    from {{ ref('sen2_prepared_requests') }}
    group by persontableid

),

returned as (

    select
        in_scope.persontableid,
        row_number() over (order by in_scope.persontableid) as personorder,
        people.surname,
        people.forename,
        people.birth_date as personbirthdate,
        people.sex,
        -- asked for until 2023; a code nobody knows stays as it came, and a rule names it
        case people.sex
            when 'M' then '1'
            when 'F' then '2'
            else coalesce(people.sex, '0')
        end as gendercurrent,
        people.ethnicity,
        people.postcode,
        people.upn,
        people.uln as uniquelearnernumber,
        people.upn_unknown_reason as upnunknown,
        case
            when people.person_ref is null then in_scope._source_table else 'ehc_person'
        end as _source_table,
        case
            when people.person_ref is null then in_scope._file_hash else people._file_hash
        end as _file_hash,
        case when people.person_ref is null then in_scope._row else people._row end as _row
    from in_scope
    left join people on in_scope.persontableid = people.person_ref

)

select * from returned
