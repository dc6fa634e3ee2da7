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
