{#- How two records of a child compare. Arguments are table aliases that hold birth_date, surname and forename. -#}

{#- 'unknown' (missing on a side), 'same', 'swapped' (day and month), 'one_part' (year, month or day differs), 'differs'. -#}
{% macro match_compare_birth_dates(a, b) -%}
case
    when {{ a }}.birth_date is null or {{ b }}.birth_date is null then 'unknown'
    when {{ a }}.birth_date = {{ b }}.birth_date then 'same'
    when year({{ a }}.birth_date) = year({{ b }}.birth_date)
        and month({{ a }}.birth_date) = day({{ b }}.birth_date)
        and day({{ a }}.birth_date) = month({{ b }}.birth_date) then 'swapped'
    when (year({{ a }}.birth_date) <> year({{ b }}.birth_date))::integer
        + (month({{ a }}.birth_date) <> month({{ b }}.birth_date))::integer
        + (day({{ a }}.birth_date) <> day({{ b }}.birth_date))::integer = 1 then 'one_part'
    else 'differs'
end
{%- endmacro %}

{#- Short forms that neither begin alike nor look alike, as 'SHORT>LONG' pairs; 'TOM' and 'THOMAS' need no entry. -#}
{% macro match_short_forms() -%}
{{ return([
    'ABBY>ABIGAIL', 'BERTIE>ALBERT', 'BERTIE>ROBERT', 'BETH>ELIZABETH', 'BETTY>ELIZABETH', 'BILL>WILLIAM', 'BILLY>WILLIAM',
    'BOB>ROBERT', 'BOBBY>ROBERT', 'DICK>RICHARD', 'DREW>ANDREW', 'ELLIE>ELEANOR', 'FREDDIE>ALFRED', 'GUS>ANGUS',
    'HARRY>HENRY', 'JACK>JOHN', 'JIM>JAMES', 'JIMMY>JAMES', 'KATE>CATHERINE', 'KATIE>CATHERINE', 'KIT>CHRISTOPHER',
    'LEXI>ALEXANDRA', 'LIBBY>ELIZABETH', 'LIZZIE>ELIZABETH', 'MOLLY>MARY', 'NED>EDWARD', 'NELL>ELEANOR', 'PEGGY>MARGARET',
    'POLLY>MARY', 'RORY>RUAIRI', 'SANDY>ALEXANDER', 'SASHA>ALEXANDER', 'SASHA>ALEXANDRA', 'TED>EDWARD', 'TEDDY>EDWARD',
    'TINA>CHRISTINA', 'TONY>ANTHONY', 'WILL>WILLIAM', 'XANDER>ALEXANDER'
]) }}
{%- endmacro %}

{#- 'unknown', 'same', 'variant' (one begins the other, they look alike, or one is a known short form), 'differs'.
    The lowest likeness taken is 0.85 (Jaro-Winkler): TOM and THOMAS just pass. -#}
{% macro match_compare_forenames(a, b) -%}
case
    when {{ a }}.forename is null or {{ b }}.forename is null then 'unknown'
    when {{ a }}.forename = {{ b }}.forename then 'same'
    when least(length({{ a }}.forename), length({{ b }}.forename)) >= 2
        and (starts_with({{ a }}.forename, {{ b }}.forename) or starts_with({{ b }}.forename, {{ a }}.forename)) then 'variant'
    when jaro_winkler_similarity({{ a }}.forename, {{ b }}.forename) >= 0.85 then 'variant'
    when concat({{ a }}.forename, '>', {{ b }}.forename) in ('{{ match_short_forms() | join("', '") }}')
        or concat({{ b }}.forename, '>', {{ a }}.forename) in ('{{ match_short_forms() | join("', '") }}') then 'variant'
    else 'differs'
end
{%- endmacro %}
