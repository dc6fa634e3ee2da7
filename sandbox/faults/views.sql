-- What a breach is chosen from: casework as the return sees it. One row a person, request, plan; `row` is the position
-- in the table the file is written from. Dates: {census} is census day, {first} and {last} bound the period.

create temp table assessment as
select row as a_row, request_ref, outcome as a_outcome, outcome_date::date as a_date
from (select *, row_number() over () - 1 as row from ehc_assessment);

create temp table plan_of as
select
    row as p_row, plan_ref, request_ref, start_date::date as start, cease_date::date as cease,
    start_date::date <= date '{census}' and (cease_date is null or cease_date::date >= date '{census}') as active,
    cease_date::date between date '{first}' and date '{last}' as ceased_in_year
from (select *, row_number() over () - 1 as row from ehc_plan);

create temp table "case" as
select
    r.row as r_row, r.request_ref, r.person_ref, r.outcome, r.received_date::date as received,
    r.outcome_date::date as decided, r.transferred_from, a.*  exclude (request_ref), p.* exclude (request_ref),
    coalesce(
        r.received_date::date between date '{first}' and date '{last}'
        or (r.outcome in ('Y', 'N') and r.outcome_date::date between date '{first}' and date '{last}')
        or (r.outcome = 'A' and r.received_date::date <= date '{last}')
        or a.a_outcome = 'A'
        or (a.a_outcome in ('Y', 'N', 'W') and a.a_date between date '{first}' and date '{last}')
        or p.active or p.ceased_in_year, false
    ) as in_scope,
    -- decided, assessed and issued before the period: nothing of the request or the assessment is counted any more
    coalesce(
        r.outcome = 'Y' and a.a_outcome = 'Y' and r.transferred_from is null and p.active and p.start < date '{first}'
        and r.received_date::date < date '{first}' - 60 and r.outcome_date::date < date '{first}' - 60
        and a.a_date < date '{first}' and count(*) over (partition by r.person_ref) = 1, false
    ) as old,
    -- ended in the year and begun before it: counted by its end and the reason alone
    coalesce(
        p.ceased_in_year and p.start < date '{first}' and count(*) over (partition by r.person_ref) = 1, false
    ) as done
from (select *, row_number() over () - 1 as row from ehc_request) r
left join assessment a using (request_ref)
left join plan_of p using (request_ref);

create temp table setting as
select s.*, c.person_ref, c.active, c.start, c.in_scope, count(*) over (partition by s.plan_ref) as settings
from (select *, row_number() over () - 1 as row from ehc_plan_setting) s
join "case" c using (plan_ref);

create temp table place as
select s.*, c.person_ref, c.active
from (select *, row_number() over () - 1 as row from ehc_placement) s
join "case" c using (plan_ref);

create temp table need as
select n.*, c.person_ref, c.active, c.done, count(*) over (partition by n.plan_ref) as needs
from (select *, row_number() over () - 1 as row from ehc_need) n
join "case" c using (plan_ref);

create temp table person as
select
    p.*, f.* exclude (row), date_diff('year', p.birth_date::date, date '{census}')
        - (strftime(p.birth_date::date, '%m%d') > strftime(date '{census}', '%m%d'))::int as age,
    p.person_ref in (select person_ref from place where active and sen_setting in ('NEET', 'NIEO', 'NIEC')) as neet
from (select *, row_number() over () - 1 as row from ehc_person) p
join flags f using (row)
where p.person_ref in (select person_ref from "case" where in_scope);

create temp table latest_review as
select plan_ref, max(meeting_date::date) as meeting from ehc_review group by plan_ref;

create temp table school as
select
    urn, close_date::date as closed, status_code,
    coalesce(try_cast(sen_unit_capacity as integer), 0) = 0
    and coalesce(lower(resourced_provision_type::text), 'not applicable') in ('', 'not applicable', 'none') as no_unit
from establishments;
