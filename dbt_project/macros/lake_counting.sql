{#- The rows of a table of the ICB's lake that count: of an active submission, and of the rows with one
    `key` the latest by when it took effect. Raw keeps every version; `data_set` is the source's name. -#}
{% macro lake_counting(data_set, table, key) -%}
(
    select *
    from {{ source(data_set, table) }}
    where
        _is_latest
        and unique_submission_id in (
            select unique_submission_id
            from {{ source(data_set, data_set ~ '_active_submission') }}
            where _is_latest
        )
    qualify
        row_number() over (
            partition by {{ key }}
            order by effective_from desc, unique_submission_id desc, record_number desc
        ) = 1
)
{%- endmacro %}


{#- Care contacts, alike in both data sets. Attendance and mechanism stand in an older and a newer column, each filled for
    its years. Seen: attended on time (5) or late but seen (6), face to face (01) or by video (11), as in NHS England's
    wait measures. -#}
{% macro lake_contacts(source_name, table_name) %}
select
    unique_care_contact_id,
    unique_service_request_id,
    lake_person_id,
    provider_code,
    unique_month_id::integer as month_number,
    {{ match_date('contact_date') }} as contact_date,
    coalesce(attendance, attendance_before) as attendance,
    coalesce(mechanism, mechanism_before) as mechanism,
    coalesce(attendance, attendance_before) in ('5', '6')
    and coalesce(mechanism, mechanism_before) in ('01', '11') as is_seen,
    {{ match_origin() }}
from {{ lake_counting(source_name, table_name, 'unique_care_contact_id') }}
{% endmacro %}
