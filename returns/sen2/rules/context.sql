-- What the rules of this return may use besides the tables of schema `returns` and the macros of every return
-- (returns/rules/macros.sql); made once a run, for the connection alone.

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
