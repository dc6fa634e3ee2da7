-- What every rule may use besides the tables of schema `returns`; made once a run, for the connection alone.
-- The four dates are put in by rule_run.py: census_day(), period_start(), period_end(), collection_year().

create or replace temp macro blank(x) as x is null or trim(x) = '';
create or replace temp macro age_on(birth, day) as date_sub('year', birth, day);

-- Check letter of a UPN: positions 2 to 13 times their value, summed, modulo 23; I, O and S are not used. A letter in
-- the last place (temporary UPN) counts as its place in the same alphabet.
create or replace temp macro upn_letters() as 'ABCDEFGHJKLMNPQRTUVWXYZ';
create or replace temp macro upn_value(c) as
    case when c between '0' and '9' then ascii(c) - 48 else strpos(upn_letters(), c) - 1 end;
create or replace temp macro upn_check_letter(u) as
    upn_letters()[1 + (list_sum([place * upn_value(u[place]) for place in range(2, 14)]) % 23)::integer];
create or replace temp macro upn_is_sound(u) as
    case
        when regexp_full_match(u, '[A-HJ-NP-RT-Z][0-9]{11}[0-9A-HJ-NP-RT-Z]') then u[1] = upn_check_letter(u)
        else false
    end;

-- ULN: ten digits, the first not 0, weights 10 to 1, and the sum modulo 11 is 10.
create or replace temp macro uln_is_sound(u) as
    case
        when regexp_full_match(u, '[1-9][0-9]{9}')
            then list_sum([(11 - place) * (ascii(u[place]) - 48) for place in range(1, 11)]) % 11 = 10
        else false
    end;

-- One row a request, with the plan that hangs from it, if any. `in_force`: the plan is held on census day.
create or replace temp table sen2_case as
select
    person.persontableid,
    person.personbirthdate,
    requests.requeststableid,
    requests.requestoutcome,
    requests.exported,
    assessment.assessmenttableid,
    assessment.assessmentoutcome,
    named_plan.namedplantableid,
    named_plan.startdate,
    named_plan.ceasedate,
    active_plans.activeplanstableid,
    active_plans.transferla,
    named_plan.namedplantableid is not null
    and coalesce(named_plan.startdate <= census_day(), true)
    and coalesce(named_plan.ceasedate >= census_day(), true) as in_force
from returns.sen2_person as person
inner join returns.sen2_requests as requests using (persontableid)
left join returns.sen2_assessment as assessment using (requeststableid)
left join returns.sen2_named_plan as named_plan using (assessmenttableid)
left join returns.sen2_active_plans as active_plans using (requeststableid);

-- Settings named in plans and settings attended, one below the other.
create or replace temp view sen2_setting as
select
    'plan_detail' as module, plandetailtableid as record_key, namedplantableid as plan_key, placementrank,
    urn, ukprn, sensetting, sensettingother, senunitindicator, resourcedprovisionindicator,
    null::date as entrydate, null::date as leavingdate
from returns.sen2_plan_detail
union all
select
    'placement_detail', placementdetailtableid, activeplanstableid, placementrank,
    urn, ukprn, sensetting, sensettingother, senunitindicator, resourcedprovisionindicator,
    entrydate, leavingdate
from returns.sen2_placement_detail;
