{#- Check rules of identifiers. Each macro takes a SQL text expression and gives a boolean expression that is never null
    for a text (null stays null, so `case when … then` drops it). -#}

{#- The 23 letters of a UPN, in the order of their values: A = 0 … Z = 22; I, O and S are left out. -#}
{% macro match_upn_alphabet() -%} 'ABCDEFGHJKLMNPQRTUVWXYZ' {%- endmacro %}

{#- A UPN: check letter, twelve digits (the last may be a letter in a temporary UPN); positions 2 to 13 times their own
    position, summed, modulo 23, give the letter (facts: sen2 section 5). Digits 2 to 4 are an LA code, and there is none
    below 201, which also refuses the filler A000000000000 that passes the sum. -#}
{% macro match_is_upn(upn) -%}
(
    regexp_full_match({{ upn }}, '[ABCDEFGHJKLMNPQRTUVWXYZ][2-9][0-9]{10}[0-9ABCDEFGHJKLMNPQRTUVWXYZ]')
    and substr({{ match_upn_alphabet() }}, (
        (
            {%- for position in range(2, 13) %}
            {{ position }} * (ascii(substr({{ upn }}, {{ position }}, 1)) - 48) +
            {%- endfor %}
            13 * case
                when substr({{ upn }}, 13, 1) between '0' and '9' then ascii(substr({{ upn }}, 13, 1)) - 48
                else strpos({{ match_upn_alphabet() }}, substr({{ upn }}, 13, 1)) - 1
            end
        ) % 23
    ) + 1, 1) = substr({{ upn }}, 1, 1)
)
{%- endmacro %}

{#- Weighted digit sum of a ten-digit number: weights 10 down to 1, so the tenth digit counts once. -#}
{% macro match_weighted_sum(number) -%}
(
    {%- for position in range(1, 11) %}
    {{ 11 - position }} * (ascii(substr({{ number }}, {{ position }}, 1)) - 48){{ " +" if not loop.last }}
    {%- endfor %}
)
{%- endmacro %}

{#- An NHS number: ten digits, weights 10 to 2, 11 less the remainder is the tenth (11 stands for 0, 10 is never issued),
    which is the same as the full weighted sum being a multiple of 11. Ten equal digits are fillers. -#}
{% macro match_is_nhs_number(number) -%}
(
    regexp_full_match({{ number }}, '[0-9]{10}')
    and {{ match_weighted_sum(number) }} % 11 = 0
    and {{ number }} <> repeat(substr({{ number }}, 1, 1), 10)
)
{%- endmacro %}

{#- A ULN: ten digits, the first not 0; the full weighted sum leaves 10 modulo 11 (facts: sen2 section 5). -#}
{% macro match_is_uln(number) -%}
(
    regexp_full_match({{ number }}, '[1-9][0-9]{9}')
    and {{ match_weighted_sum(number) }} % 11 = 10
)
{%- endmacro %}
