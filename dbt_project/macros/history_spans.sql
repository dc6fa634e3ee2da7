{#- The versions of a record over all deliveries, one row a version.

    A version is known from the extract date in which its values first appeared until the one in which they changed or
    the record vanished: the span is [known_from, known_to), and known_to is NULL while it is still in the newest
    extract. Of two deliveries with one extract date the later received counts. A record that vanishes and comes back
    has two versions with a gap between them, even when its values are the same.

    delivered  relation with one row a record and delivery, with _file_hash and _extract_date
    deliveries relation with one row a file and table: file_hash, table_name, received_at, extract_date
    table_name the table's name in `deliveries`
    key        the record's key column
    versioned  columns whose change makes a new version -#}
{% macro history_spans(delivered, deliveries, table_name, key, versioned) %}
    with extracts as (

        select
            extract_date,
            arg_max(file_hash, received_at) as file_hash,
            row_number() over (order by extract_date) as extract_number,
            lead(extract_date) over (order by extract_date) as next_extract_date
        from {{ deliveries }}
        where table_name = '{{ table_name }}'
        group by extract_date

    ),

    seen as (

        select
            delivered.*,
            extracts.extract_number,
            extracts.next_extract_date,
            hash({{ versioned | join(', ') }}) as version_hash
        from {{ delivered }} as delivered
        inner join extracts
            on
                delivered._file_hash = extracts.file_hash
                and delivered._extract_date = extracts.extract_date

    ),

    compared as (

        select
            *,
            coalesce(
                version_hash = lag(version_hash) over record
                and extract_number = lag(extract_number) over record + 1,
                false
            ) as is_unchanged
        from seen
        window record as (partition by {{ key }} order by extract_number)

    ),

    numbered as (

        select
            *,
            sum(case when is_unchanged then 0 else 1 end) over (
                partition by {{ key }} order by extract_number
            ) as version_number
        from compared

    )

    select
        {{ key }},
        cast(version_number as integer) as version_number,
        {%- for column in versioned %}
        any_value({{ column }}) as {{ column }},
        {%- endfor %}
        min(_extract_date) as known_from,
        arg_max_null(next_extract_date, extract_number) as known_to,
        arg_max(_file_hash, extract_number) as _file_hash,
        arg_max(_row, extract_number) as _row
    from numbered
    group by {{ key }}, version_number
{% endmacro %}
