{#- Standard forms of the values that staging reads. Each takes a SQL text expression. -#}

{#- A date as its contract writes it; a text that is no such date is null (the reader has quarantined its row). -#}
{% macro match_date(text, format='%Y-%m-%d') -%} try_strptime({{ text }}, '{{ format }}')::date {%- endmacro %}

{#- COLLECT's dates carry a time: 2025-Jan-16 00:00:00. -#}
{% macro match_collect_date(text) -%} {{ match_date(text, '%Y-%b-%d %H:%M:%S') }} {%- endmacro %}

{#- An identifier without spaces and in capitals. -#}
{% macro match_identifier(text) -%} nullif(upper(regexp_replace({{ text }}, '[\s-]', '', 'g')), '') {%- endmacro %}

{#- 'ox12ab', 'OX1  2AB' -> 'OX1 2AB'; a text that has not the shape of a postcode is null. -#}
{% macro match_postcode(text) -%}
case
    when regexp_full_match(
        regexp_replace(upper({{ text }}), '[^A-Z0-9]', '', 'g'), '[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}'
    )
        then regexp_replace(
            regexp_replace(upper({{ text }}), '[^A-Z0-9]', '', 'g'), '^(.*)(...)$', '\1 \2'
        )
end
{%- endmacro %}

{#- A name for comparison: capitals without accents, spaces, hyphens or apostrophes. The letters translated are the ones
    that are no letter with an accent to Unicode, so stripping accents leaves them. -#}
{% macro match_name(text) -%}
nullif(regexp_replace(translate(upper(strip_accents({{ text }})), 'ŁØĐÆŒÞ', 'LODAOT'), '[^A-Z]', '', 'g'), '')
{%- endmacro %}

{#- M or F. The 903 before 2024/25 and the health data sets write 1 and 2; U, X and 9 say 'not known' and become null. -#}
{% macro match_sex(text) -%}
case upper(trim({{ text }}))
    when '1' then 'M' when 'M' then 'M' when 'MALE' then 'M'
    when '2' then 'F' when 'F' then 'F' when 'FEMALE' then 'F'
end
{%- endmacro %}

{#- SEN provision of today: E (EHC plan), K (SEN support), N (none). Statements (S) became plans, school action (A) and
    action plus (P) became SEN support; an unknown code stays as it came. -#}
{% macro match_sen_provision(text) -%}
case upper(trim({{ text }}))
    when 'S' then 'E' when 'A' then 'K' when 'P' then 'K'
    else upper(trim({{ text }}))
end
{%- endmacro %}

{#- PERM, SUSP or LNCH; FIXD is the older word for a suspension. -#}
{% macro match_exclusion_category(text) -%}
case upper(trim({{ text }})) when 'FIXD' then 'SUSP' else upper(trim({{ text }})) end
{%- endmacro %}

{#- 1/0, true/false, yes/no -> boolean. -#}
{% macro match_flag(text) -%}
case
    when lower(trim({{ text }})) in ('1', 'true', 'yes', 'y') then true
    when lower(trim({{ text }})) in ('0', 'false', 'no', 'n') then false
end
{%- endmacro %}

{#- The columns by which a row is traced to the file and line it came from. -#}
{% macro match_origin() -%} _file_hash, _row {%- endmacro %}

{#- Full years between two dates. -#}
{% macro match_age(birth_date, on_date) -%} datesub('year', {{ birth_date }}, {{ on_date }})::integer {%- endmacro %}

{#- The 31 August before a date: the day on which ages of a school year are taken. -#}
{% macro match_school_year_age_day(on_date) -%}
make_date(
    (year({{ on_date }}) - case when month({{ on_date }}) >= 9 then 0 else 1 end)::integer, 8, 31
)
{%- endmacro %}

{#- 'SchoolCensus_SPR2025_pupilonroll.csv' -> '2025-1-SPR', which sorts in the order of the terms of a calendar year. -#}
{% macro match_census_period(file_name) -%}
(
    regexp_extract({{ file_name }}, '_[A-Za-z]{3}([0-9]{4})_', 1)
    || case upper(regexp_extract({{ file_name }}, '_([A-Za-z]{3})[0-9]{4}_', 1))
        when 'SPR' then '-1-SPR' when 'SUM' then '-2-SUM' when 'AUT' then '-3-AUT' else ''
    end
)
{%- endmacro %}
