{#- What staging reads of earlier returns (XML and COLLECT exports). -#}

{#- A date as XML (CCYY-MM-DD) or a COLLECT export (2022-Sep-28 00:00:00) writes it. -#}
{% macro sen2_return_date(text) -%}
coalesce({{ match_date('trim(' ~ text ~ ')') }}, {{ match_collect_date('trim(' ~ text ~ ')') }})
{%- endmacro %}

{#- Census day of a collection by the rule that has held for all of them: the third Thursday of January. -#}
{% macro sen2_third_thursday(year) -%}
(make_date({{ year }}, 1, 15) + ((4 - isodow(make_date({{ year }}, 1, 15)) + 7) % 7)::integer)
{%- endmacro %}

{#- Only collections before the one in hand are history; the return in hand may have been read in too. -#}
{% macro sen2_return_is_earlier() -%}
try_cast(collection as integer) < {{ sen2_collection() }}
{%- endmacro %}

{#- Name of a person of an earlier return among all source persons: '2024:00000012'. -#}
{% macro sen2_return_person_key(collection, persontableid) -%}
concat(
    {{ collection }}, ':',
    repeat('0', greatest(8 - length({{ persontableid }}), 0)), {{ persontableid }}
)
{%- endmacro %}
