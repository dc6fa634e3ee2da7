-- What the rules of this return may use besides the tables of schema `returns` and the macros of every return
-- (returns/rules/macros.sql); made once a run, for the connection alone.

-- The day the file was made: dates after it had not come yet. A header that dates the file before census day is named by
-- a rule of its own.
create or replace temp macro return_day() as
    greatest(census_day(), (select coalesce(max(datetime)::date, census_day()) from returns.sen2_header));

-- Codes of the 153 local authorities, as they were on census day (Cumbria, 909, ended on 1 April 2023).
create or replace temp table sen2_la as
select code
from (
    select unnest(string_split(
        '201 202 203 204 205 206 207 208 209 210 211 212 213 301 302 303 304 305 306 307 308 309 310 311 312 313 314 '
        || '315 316 317 318 319 320 330 331 332 333 334 335 336 340 341 342 343 344 350 351 352 353 354 355 356 357 '
        || '358 359 370 371 372 373 380 381 382 383 384 390 391 392 393 394 420 800 801 802 803 805 806 807 808 810 '
        || '811 812 813 815 816 821 822 823 825 826 830 831 838 839 840 841 845 846 850 851 852 855 856 857 860 861 '
        || '865 866 867 868 869 870 871 872 873 874 876 877 878 879 880 881 882 883 884 885 886 887 888 889 890 891 '
        || '892 893 894 895 896 908 909 916 919 921 925 926 929 931 933 935 936 937 938 940 941 942 943', ' '
    )) as code
) as known
where case code when '909' then collection_year() <= 2023 when '942' then collection_year() >= 2024
    when '943' then collection_year() >= 2024 else true end;

-- LA codes that stand in a UPN, of councils that have gone too (facts of the children in need census).
create or replace temp table sen2_upn_la as
select code from sen2_la
union
select lpad(number::varchar, 3, '0') as code
from range(1000) as numbers (number)
where
    number between 1 and 5
    or number between 660 and 681
    or number between 701 and 708
    or number between 835 and 837
    or number between 865 and 896
    or number in (820, 909, 928, 942, 943);

-- One row a request, with the plan that hangs from it, if any. `in_force`: the plan is held on census day.
create or replace temp table sen2_case as
select
    person.persontableid,
    person.personbirthdate,
    requests.requeststableid,
    requests.requestoutcome,
    requests.exported,
    person.upnunknown,
    requests.receiveddate,
    requests.rya,
    requests.requestoutcomedate,
    requests.requestmediation,
    requests.requesttribunal,
    assessment.assessmenttableid,
    assessment.assessmentoutcome,
    assessment.assessmentoutcomedate,
    assessment.assessmentmediation,
    assessment.assessmenttribunal,
    assessment.othermediation,
    assessment.othertribunal,
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
create or replace temp table sen2_setting as
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

-- Numbers written where a URN is asked for and there is none.
create or replace temp macro urn_stands_for_none(u) as
    coalesce(regexp_full_match(u, '0{5,6}|1{6}|9{5,6}') or u = '123456', false);

-- Plans, placements and active plans, one row a record, each with the person and the dates of the plan. `in_force`: the
-- plan is held on census day; `on_census_day`: the person is there on that day. A missing date counts as open.
create or replace temp table sen2_plan as
select
    requests.persontableid,
    person.personbirthdate,
    requests.requeststableid,
    requests.receiveddate,
    assessment.assessmenttableid,
    assessment.assessmentoutcome,
    assessment.assessmentoutcomedate,
    named_plan.namedplantableid,
    named_plan.startdate,
    named_plan.ceasedate,
    named_plan.ceasereason,
    named_plan.planwbp,
    active.activeplanstableid,
    active.transferla,
    coalesce(named_plan.startdate <= census_day(), true)
    and coalesce(named_plan.ceasedate >= census_day(), true) as in_force
from returns.sen2_named_plan as named_plan
inner join returns.sen2_assessment as assessment using (assessmenttableid)
inner join returns.sen2_requests as requests using (requeststableid)
inner join returns.sen2_person as person using (persontableid)
left join (
    select requeststableid, min(activeplanstableid) as activeplanstableid, min(transferla) as transferla
    from returns.sen2_active_plans
    group by requeststableid
) as active using (requeststableid);

create or replace temp table sen2_active as
with doubled as (
    select requeststableid
    from sen2_plan
    group by requeststableid
    having count(*) > 1
),

plans as (
    select * from sen2_plan
    anti join doubled using (requeststableid)
    union all
    -- two plans under one assessment are named by a rule; here the later one stands for both
    select * from sen2_plan
    semi join doubled using (requeststableid)
    qualify row_number() over (partition by requeststableid order by startdate desc nulls last, namedplantableid) = 1
)

select
    active_plans.activeplanstableid,
    requests.persontableid,
    person.personbirthdate,
    plans.namedplantableid,
    plans.startdate,
    plans.ceasedate,
    plans.ceasereason,
    coalesce(plans.in_force, false) as in_force,
    active_plans.transferla,
    active_plans.reviewmeeting,
    active_plans.lastreview,
    active_plans.reviewoutcome,
    active_plans.reviewdraft,
    active_plans.phasetransferduedate
from returns.sen2_active_plans as active_plans
inner join returns.sen2_requests as requests using (requeststableid)
inner join returns.sen2_person as person using (persontableid)
left join plans using (requeststableid);

create or replace temp table sen2_stay as
select
    placement.placementdetailtableid,
    placement.activeplanstableid,
    sen2_active.persontableid,
    sen2_active.personbirthdate,
    sen2_active.in_force,
    placement.placementrank,
    placement.urn,
    placement.ukprn,
    placement.sensetting,
    coalesce(placement.urn, placement.ukprn, placement.sensetting) as setting_key,
    placement.entrydate,
    placement.leavingdate,
    placement.wbp,
    coalesce(placement.entrydate <= census_day(), true)
    and coalesce(placement.leavingdate >= census_day(), true) as on_census_day
from returns.sen2_placement_detail as placement
inner join sen2_active using (activeplanstableid);

-- The placements of active plans that have more than one: few, and what most rules about placements are about.
create or replace temp table sen2_stay_of_several as
select sen2_stay.*
from sen2_stay
semi join (
    select activeplanstableid
    from returns.sen2_placement_detail
    group by activeplanstableid
    having count(*) > 1
) as several using (activeplanstableid);

-- Totals. Each asks about a whole return whose shares are unlike any council's, and says nothing of a small one: below
-- 50 plans a share is chance, as it is below 20 records of the kind counted. The shares are ours (the DfE publishes none
-- of its own); each stands well above the highest that a sound return is likely to have. England's own share, of the
-- figures published for 2024 and January 2025, stands beside it where there is one.
create or replace temp macro least_plans() as 50;
create or replace temp macro least_counted() as 20;
create or replace temp macro least_for_none() as 40;
create or replace temp macro least_on_one_day() as 10;
create or replace temp macro is_large() as (select count(*) >= least_plans() from returns.sen2_named_plan);
create or replace temp macro too_many(part, whole, share) as
    is_large() and whole >= least_counted() and part > share * whole;
create or replace temp macro most_ceased_for_other_reasons() as 0.10;  -- England 1.9 %
create or replace temp macro most_requests_from_other_sources() as 0.10;
create or replace temp macro most_settings_other() as 0.10;  -- England 0.7 % of placements
create or replace temp macro most_not_in_education_other() as 0.05;  -- England 0.9 %
create or replace temp macro most_plans_changed() as 0.25;  -- England grew by 10.8 %
create or replace temp macro most_of_one_sex() as 0.95;  -- England 70.6 %
create or replace temp macro most_without_number() as 0.20;
create or replace temp macro most_exceptions() as 0.90;  -- England 6.1 %; two councils published all
create or replace temp macro most_without_ethnicity() as 0.30;  -- England 7.7 %
create or replace temp macro most_without_placement() as 0.10;  -- England 3.0 %
-- How many of a column's values are the same as the commonest of them (an aggregate).
create or replace temp macro most_alike(x) as list_max(map_values(histogram(x)));
create or replace temp macro most_on_one_day() as 0.10;
create or replace temp macro most_born_on_first_of_january() as 0.03;  -- by chance 0.3 %
create or replace temp macro most_needs_other() as 0.10;  -- England 1.2 %
create or replace temp macro most_without_review() as 0.50;  -- England 13.5 % of those due
create or replace temp macro most_in_youth_accommodation() as 0.05;  -- England 0.3 %
create or replace temp macro most_moved_in() as 0.15;
create or replace temp macro most_exported() as 0.20;
create or replace temp macro most_personal_budgets() as 0.60;  -- England 3.1 %
