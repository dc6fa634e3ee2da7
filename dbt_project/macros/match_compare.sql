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

{#- Short forms of which letters alone do not tell the long one, as 'SHORT>LONG' pairs; 'TOM' and 'THOMAS' need no entry. -#}
{% macro match_short_forms() -%}
{{ return([
    'ABBY>ABIGAIL', 'BECKY>REBECCA', 'BERTIE>ALBERT', 'BERTIE>ROBERT', 'BETH>ELIZABETH', 'BETSY>ELIZABETH',
    'BETTY>ELIZABETH', 'BILL>WILLIAM', 'BILLY>WILLIAM', 'BOB>ROBERT', 'BOBBY>ROBERT', 'CATHY>KATHERINE',
    'DICK>RICHARD', 'DREW>ANDREW', 'ELLIE>ELEANOR', 'FREDDIE>ALFRED', 'FREDDIE>FREDERICK', 'GUS>ANGUS', 'HARRY>HENRY',
    'JACK>JOHN', 'JAKE>JACOB', 'JIM>JAMES', 'JIMMY>JAMES', 'KATE>CATHERINE', 'KATE>KATHERINE', 'KATIE>CATHERINE',
    'KATIE>KATHERINE', 'KIT>CHRISTOPHER', 'LEXI>ALEXANDRA', 'LIBBY>ELIZABETH', 'LIZZIE>ELIZABETH', 'LOTTIE>CHARLOTTE',
    'MAISIE>MARGARET', 'MIKE>MICHAEL', 'MOLLY>MARY', 'NED>EDWARD', 'NELL>ELEANOR', 'NEVE>NIAMH', 'NEVE>NIEVE',
    'PEGGY>MARGARET', 'POLLY>MARY', 'RORY>RUAIRI', 'SANDY>ALEXANDER', 'SASHA>ALEXANDER', 'SASHA>ALEXANDRA',
    'SHIVAWN>SIOBHAN', 'TED>EDWARD', 'TED>THEODORE', 'TEDDY>EDWARD', 'TEDDY>THEODORE', 'TILLY>MATILDA',
    'TINA>CHRISTINA', 'TONY>ANTHONY', 'VICKY>VICTORIA', 'WILL>WILLIAM', 'XANDER>ALEXANDER'
]) }}
{%- endmacro %}

{#- 'unknown', 'same', 'variant' (one begins the other or is four letters of it or more (Bella, Isabella), they look alike, or one
    is a known short form), 'differs'.
    The lowest likeness taken is 0.85 (Jaro-Winkler): TOM and THOMAS just pass. -#}
{% macro match_compare_forenames(a, b) -%}
case
    when {{ a }}.forename is null or {{ b }}.forename is null then 'unknown'
    when {{ a }}.forename = {{ b }}.forename then 'same'
    when starts_with({{ a }}.forename, {{ b }}.forename) or starts_with({{ b }}.forename, {{ a }}.forename)
        or (length({{ b }}.forename) >= 4 and contains({{ a }}.forename, {{ b }}.forename))
        or (length({{ a }}.forename) >= 4 and contains({{ b }}.forename, {{ a }}.forename)) then 'variant'
    when jaro_winkler_similarity({{ a }}.forename, {{ b }}.forename) >= 0.85 then 'variant'
    when concat({{ a }}.forename, '>', {{ b }}.forename) in ('{{ match_short_forms() | join("', '") }}')
        or concat({{ b }}.forename, '>', {{ a }}.forename) in ('{{ match_short_forms() | join("', '") }}') then 'variant'
    else 'differs'
end
{%- endmacro %}
