/*
id: SEN2-P43
severity: query
from: 2023
family: code
message: A main ethnicity code is used beside its extended codes; a council uses one or the other.
items: ["Ethnicity"]
owner: ehc_casework
brings_detail: true
*/
with main (code, extended) as (
    values
    ('WBRI', ['WENG', 'WSCO', 'WWEL', 'WNIR', 'WCOR', 'WOWB']),
    ('WROM', ['WROG', 'WROR', 'WROO']),
    ('BAFR', ['BANN', 'BCON', 'BGHA', 'BNGN', 'BSLN', 'BSOM', 'BSUD', 'BAOF']),
    ('CHNE', ['CHKC', 'CMAL', 'CSNG', 'CTWN', 'COCH'])
),

used as (
    select ethnicity, count(*) as persons
    from returns.sen2_person
    group by ethnicity
)

select
    'header' as module,
    'header' as record_key,
    'Ethnicity' as item,
    main.code || ' beside ' || string_agg(used.ethnicity, ', ' order by used.ethnicity) as detail
from main
inner join used on list_contains(main.extended, used.ethnicity)
where main.code in (select ethnicity from used)
group by main.code
