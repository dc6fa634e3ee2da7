{#- A keyed digest: SHA-256 over the key and SHA-256 of the key, what it is used for and the value, after the pattern of
    HMAC (DuckDB has no HMAC of its own). `use` keeps the digests of one purpose from being compared with another's: the same
    child's person_id and its pseudonym cannot be linked without the key. Never a bare hash: a UPN or NHS number has so few
    possible values that one could be found by trying (facts: extracts 6). Gives `length` hexadecimal characters. -#}
{% macro pseudonym_keyed(value, use, length=32) -%}
{%- set key = env_var('SEND_HMAC_KEY') | replace("'", "''") -%}
left(sha256('{{ key }}' || sha256('{{ key }}' || '|{{ use }}|' || {{ value }})), {{ length }})
{%- endmacro %}

{#- The pseudonym of a child, and of a reference (plan, request …), in the pseudonymised zone. -#}
{% macro pseudonym_person(person_id) -%} {{ pseudonym_keyed(person_id, 'pseudonym person') }} {%- endmacro %}
{% macro pseudonym_ref(kind, ref) -%} {{ pseudonym_keyed(ref, 'pseudonym ' ~ kind, 24) }} {%- endmacro %}
