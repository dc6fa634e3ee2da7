{#- Pupils of every term's school census (on roll or left), and the home postcode each has in the table of addresses: the
    first that is not empty. Table ids are COLLECT's own and new every term: `terms` counts those that use one. -#}
{% macro census_of_terms(pupils, pupil_id, addresses, address_id) %}
with addresses as (
    select
        {{ pupil_id }},
        {{ match_census_period('_file_name') }} as period,
        min_by(postcode, {{ address_id }}) as postcode
    from {{ source('census', addresses) }}
    where _is_latest and postcode is not null
    group by all
),

pupils as (
    select
        *,
        {{ match_census_period('_file_name') }} as period,
        count(*) over (partition by {{ pupil_id }}) as terms
    from {{ source('census', pupils) }}
    where _is_latest
)
{% endmacro %}


{#- What the two kinds of pupil say alike, standardised; the key has the term before the id where two terms use one. -#}
{% macro census_pupil_columns(pupil_id, key, table_id) %}
    case
        when pupils.terms = 1 then pupils.{{ pupil_id }}
        else concat(pupils.period, '-', pupils.{{ pupil_id }})
    end as {{ key }},
    pupils.{{ pupil_id }} as {{ table_id }},
    pupils.schoolcensustableid as census_return_id,
    pupils.period,
    {{ match_identifier('pupils.upn') }} as upn,
    {{ match_identifier('pupils.formerupn') }} as former_upn,
    {{ match_identifier('pupils.uniquelearnernumber') }} as uln,
    trim(pupils.surname) as surname,
    trim(pupils.forename) as forename,
    {{ match_collect_date('pupils.dob') }} as birth_date,
    {{ match_sex('pupils.sex') }} as sex,
    upper(pupils.ethnicity) as ethnicity,
    {{ match_collect_date('pupils.entrydate') }} as entry_date
{% endmacro %}
