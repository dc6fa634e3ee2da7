"""The 'All' cells of the published files, counted by SQL straight from the casework tables (docs/definitions.md).

Nothing of the generator is used: the return's scope and codes are worked out here from the extract alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import duckdb
import pyarrow as pa

P0, P1, CENSUS = "date '2024-01-01'", "date '2024-12-31'", "date '2025-01-16'"
IN_YEAR = f"between {P0} and {P1}"

VIEWS = f"""
create table plan as
select p.*, r.person_ref, r.transferred_from, r.transfer_date,
    p.start_date <= {CENSUS} and (p.cease_date is null or p.cease_date >= {CENSUS}) as active,
    coalesce(p.cease_date {IN_YEAR}, false) as ceased_in_year,
    case when r.transfer_date {IN_YEAR} then r.transferred_from end as transfer_la
from ehc_plan p join ehc_request r using (request_ref);

create table scope as
select r.request_ref from ehc_request r left join ehc_assessment a using (request_ref)
    left join plan p using (request_ref)
where r.received_date {IN_YEAR}
    or (r.outcome in ('Y', 'N') and r.outcome_date {IN_YEAR})
    or (r.outcome = 'A' and r.received_date <= {P1})
    or (a.outcome in ('Y', 'N', 'W') and a.outcome_date {IN_YEAR}) or a.outcome = 'A'
    or p.active or p.ceased_in_year;

create table request as
select r.*, case when transferred_from is not null or (outcome in ('Y', 'N') and outcome_date < {P0}) then 'H'
        else outcome end as code,
    coalesce(d.mediation, false) as mediation, coalesce(d.tribunal, false) as tribunal
from ehc_request r semi join scope using (request_ref)
left join (
    select request_ref, bool_or(kind = 'MEDIATION') as mediation, bool_or(kind = 'TRIBUNAL') as tribunal
    from ehc_dispute where about = 'REQUEST' group by 1
) d using (request_ref);

create table assessment as
select a.*, r.received_date, r.mediation as request_mediation, r.tribunal as request_tribunal,
    case when r.transferred_from is not null or a.outcome_date < {P0} then 'H' else a.outcome end as code,
    coalesce(d.am_, false) as am_, coalesce(d.at_, false) as at_,
    coalesce(d.om_, false) as om_, coalesce(d.ot_, false) as ot_
from ehc_assessment a join request r using (request_ref)
left join (
    select request_ref, bool_or(about = 'ASSESSMENT' and kind = 'MEDIATION') as am_,
        bool_or(about = 'ASSESSMENT' and kind = 'TRIBUNAL') as at_,
        bool_or(about = 'OTHER' and kind = 'MEDIATION') as om_, bool_or(about = 'OTHER' and kind = 'TRIBUNAL') as ot_
    from ehc_dispute group by 1
) d using (request_ref);

create table returned as select * from plan where active or ceased_in_year;

create table stay as
select s.*, r.active, r.start_date, r.transfer_la,
    case
        when s.sen_setting = 'NIEO' then
            case when date_diff('year', pe.birth_date, date '2024-08-31')
                - (strftime(pe.birth_date, '%m%d') > '0831')::int between 5 and 15
                then 'neet_other_csa' else 'neet_other' end
        when s.sen_setting is not null then map {{'EHE': 'elective_home_education', 'OLA': 'other_arrangements_la',
            'OPA': 'other_arrangements_parents', 'EYP': 'nm_early_years', 'OTH': 'other_placement_settings',
            'NEET': 'neet', 'NIEC': 'neet_ntci'}}[s.sen_setting]
        when s.urn is null then 'ukrlp_provider'
        else case
            when e.type_code in ('01', '02', '03', '05', '15') then 'mainstream_la_maintained'
            when e.type_code in ('28', '34', '45', '46') then 'mainstream_academy'
            when e.type_code in ('35', '39', '40', '41') then 'mainstream_free_school'
            when e.type_code = '11' then 'mainstream_independent'
            when e.type_code in ('07', '12') then 'special_la_maintained'
            when e.type_code in ('33', '36', '44') then 'special_academy_free'
            when e.type_code = '10' then 'special_independent'
            when e.type_code = '08' then 'special_non_maintained'
            when e.type_code = '14' then 'ap_pru_la_maintained'
            when e.type_code in ('42', '43') then 'ap_pru_academy'
            when e.type_code = '38' then 'ap_pru_free_school'
            when e.type_code in ('18', '31') then 'general_fe_tertiary_colleges'
            when e.type_code = '32' then 'specialist_post_16_institutions'
            when e.type_code = '30' then 'w_settings'
            when e.type_code = '49' then 'online_provider'
            when e.type_code in ('24', '25', '26', '27', '37') then 'other_schools'
        end || case when s.sen_unit = '1' then '_senunit'
            when s.resourced_provision = '1' then '_resourced_provision' else '' end
    end as category
from ehc_placement s join returned r using (plan_ref) join ehc_person pe on pe.person_ref = r.person_ref
left join establishment e on e.urn = s.urn
where s.entry_date <= {CENSUS} and (s.leaving_date is null or s.leaving_date >= {P0});

create table now_at as
select * from stay where active and placement_rank = '1' and (leaving_date is null or leaving_date >= {CENSUS})
qualify row_number() over (partition by plan_ref order by entry_date desc) = 1;

create table first_at as
select * from stay where placement_rank = '1'
qualify row_number() over (partition by plan_ref order by entry_date) = 1;

create table new_plan as
select p.* from plan p semi join scope using (request_ref)
where p.start_date {IN_YEAR} and (p.transfer_la is null or not (p.active or p.ceased_in_year));

create table review as
select v.*, p.start_date from ehc_review v join plan p using (plan_ref)
where p.active and p.start_date < {P0} and v.meeting_date <= {CENSUS}
qualify row_number() over (partition by plan_ref order by v.meeting_date desc) = 1;
"""

DAYS = "date_diff('day', received_date, outcome_date)"
CELLS = {
    "requests": f"""
select count(*) filter (c) as requests_received_in_year,
    count(*) filter (c and rya = '1') as requests_rya,
    count(*) filter (c and code = 'Y') as requests_decided_to_assess,
    count(*) filter (c and code = 'N') as requests_decided_not_to_assess,
    count(*) filter (c and code = 'A') as requests_decision_not_made,
    count(*) filter (c and code = 'W') as requests_withdrawn,
    count(*) filter (d and {DAYS} <= 42) as request_outcome_six_weeks,
    count(*) filter (d and {DAYS} > 42) as request_outcome_over_6_weeks,
    count(*) filter (d) as decided,
    count(*) filter (c and mediation) as mediation_related_request,
    count(*) filter (c and tribunal) as tribunal_related_request,
    count(*) filter (c and mediation and tribunal) as tribunal_after_mediation_request
from (select *, coalesce(received_date {IN_YEAR}, false) and code in ('Y', 'N', 'A', 'W') as c,
    code in ('Y', 'N') and coalesce(outcome_date {IN_YEAR}, false) as d from request)""",
    "assessments": f"""
select count(*) filter (k is not null) as assess_in_year, count(*) filter (k = 'Y') as assess_issued,
    count(*) filter (k = 'N') as assess_not_issued, count(*) filter (k = 'A') as assess_not_made,
    count(*) filter (k = 'W') as assess_withdrawn,
    count(*) filter (k = 'N' and {DAYS} <= 112) as outcome_decision_within_time,
    count(*) filter (k = 'N' and {DAYS} > 112) as outcome_decision_over_time,
    count(*) filter (k is not null and am_) as number_assess_mediation,
    count(*) filter (k is not null and at_) as number_assess_tribunal,
    count(*) filter (k is not null and am_ and at_) as number_asssess_mediation_tribunal,
    count(*) filter (k is not null and om_) as number_other_mediation,
    count(*) filter (k is not null and ot_) as number_other_tribunal,
    count(*) filter (k is not null and om_ and ot_) as number_other_mediation_tribunal
from (select *, case when code in ('Y', 'N') and outcome_date {IN_YEAR} then code
    when code in ('A', 'W') then code end as k from assessment)""",
    "timeliness_20_week": "select "
    + ", ".join(
        f"count(*) filter (t and {band} {ex}) as {name}"
        for band, names in (
            ("true", ("plans_issued_den", "plans_issued_den_ex")),
            (f"{DAYS} <= 140", ("plans_issued_within_20_weeks", "plans_issued_20_weeks_ex")),
            (f"{DAYS} between 141 and 364", ("plans_issued_gt20weeks_ltYear", "plans_issued_gt20weeks_ltYear_ex")),
            (f"{DAYS} > 364", ("plans_issued_gt_1_year", "plans_issued_gt_1_year_ex")),
        )
        for name, ex in zip(names, ("", "and coalesce(exception_20_week, '0') <> '1'"), strict=True)
    )
    + f""" from (select *, code = 'Y' and coalesce(outcome_date {IN_YEAR}, false)
    and not (request_mediation or request_tribunal or am_ or at_) as t from assessment)""",
    "annual_reviews": f"""
select (select count(*) from plan where active) as total_ehc_plans,
    (select count(*) from plan where active and start_date < {P0}) as review_expected,
    (select count(*) from plan where active and start_date >= {P0}) as review_not_expected,
    count(*) filter (year(meeting_date) = 2025) as review_meeting_25,
    count(*) filter (year(meeting_date) = 2024) as review_meeting_24,
    count(*) filter (year(meeting_date) < 2024) as review_meeting_prior_24,
    count(*) filter (year(meeting_date) < 2024) as review_meeting_prior_24_1,
    count(*) as total_review_meeting,
    (select count(*) from plan where active and start_date < {P0}) - count(*) as no_review_meeting,
    count(*) filter (year(decision_date) = 2025) as review_decision25,
    count(*) filter (year(decision_date) = 2024) as review_decision24,
    count(*) filter (year(decision_date) < 2024) as review_decision_prior24,
    count(*) filter (meeting_date > {CENSUS} - 28) as review_decision_not_due,
    count(*) - count(decision_date) - count(*) filter (meeting_date > {CENSUS} - 28) as review_decision_outstanding,
    count(*) filter (outcome = 'A') as outcome_amend, count(*) filter (outcome = 'C') as outcome_cease,
    count(*) filter (outcome = 'M') as outcome_maintan, count(*) filter (outcome is null) as no_outcome,
    count(*) filter (decision_date - meeting_date <= 28) as number_decsion_4weeks,
    count(*) filter (decision_date - meeting_date > 28) as number_decision_gt_4weeks
from review""",
    "ceased_plans": "select "
    + ", ".join(
        f"count(*) filter (cease_reason = '{number}') as {name}"
        for number, name in enumerate(
            ("max_age", "needs_met", "he", "employ", "transfer", "no_engage", "moved_outside_eng", "deceased", "other"),
            1,
        )
    )
    + ", count(*) filter (cease_reason is null) as not_rec, count(*) as total_ceased from plan where ceased_in_year",
    "personal_budgets": """
select count(*) filter (personal_budget = '1') as personal_budget,
    count(*) filter (organised_arrangements = '1') as org_arrangments,
    count(*) filter (direct_payments = 'H') as pb_health, count(*) filter (direct_payments = 'E') as pb_education,
    count(*) filter (direct_payments = 'S') as pb_social, count(*) filter (direct_payments = 'I') as pb_integrated
from plan where active""",
    "residential_settings": """
select count(*) filter (residential = 'A') as Res_3851, count(*) filter (residential = 'B') as Res_52,
    count(residential) as Res_tot from now_at""",
    "work_based_placements": """
select count(*) filter (work_based = 'S') as open_supp_intern, count(*) filter (work_based = 'A') as open_apprentice,
    count(*) filter (work_based = 'T') as open_trainee, count(work_based) as open_wbp from now_at""",
}

NEEDS = ("asd", "hi", "mld", "msi", "oth", "pd", "pmld", "semh", "slcn", "sld", "spld", "vi", "need_unknown")
UNITS = ("", "_resourced_provision", "_senunit")
PLACEMENTS = (
    *(f"mainstream_{kind}{unit}" for kind in ("la_maintained", "academy", "free_school") for unit in UNITS),
    *("mainstream_independent", "special_la_maintained", "special_academy_free", "special_independent"),
    *("special_non_maintained", "ap_pru_academy", "ap_pru_free_school", "ap_pru_la_maintained"),
    *("general_fe_tertiary_colleges", "specialist_post_16_institutions", "ukrlp_provider", "elective_home_education"),
    *("other_arrangements_la", "other_arrangements_parents", "online_provider", "w_settings", "other_schools"),
    *("other_placement_settings", "neet", "neet_ntci", "neet_other", "neet_other_csa", "nm_early_years"),
    "placement_unknown",
)
TOTALS = {
    "mainstream_total": ("mainstream_",),
    "special_total": ("special_",),
    "ap_pru_total": ("ap_pru_",),
    "fe_total": ("general_fe", "specialist_post", "ukrlp"),
    "ed_elsewhere": ("elective", "other_", "online", "w_settings", "neet"),
}
HIDDEN_IN_NEWPLANS = ("online_provider", "w_settings", "other_schools")


def cells(tables: Mapping[str, pa.Table], establishments: pa.Table) -> dict[str, dict[str, object]]:
    """File -> column -> value of the area's total row."""
    with duckdb.connect() as con:
        for name, table in tables.items():
            con.register(name, table)
        con.register("establishment", establishments)
        con.execute(VIEWS)
        out = {name: _row(con, query) for name, query in CELLS.items()}
        plans = "select plan_ref from plan where active"
        out["caseload"] = _placements(con, plans, "now_at", "ehcplans")
        out["newplans"] = _placements(con, "select plan_ref from new_plan", "first_at", "new_ehc_plans")
        out["sen_needs_all_plans"] = _needs(con, plans)
        out["sen_need_newplans"] = _needs(con, "select plan_ref from new_plan")
    _percentages(out)
    for column in (*HIDDEN_IN_NEWPLANS, "await_prov_2022", "perm_ex_2022"):
        out["newplans"][column] = "x"
    for column in ("await_prov_2022", "perm_ex_2022"):
        out["caseload"][column] = "x"
    return out


def _row(con: duckdb.DuckDBPyConnection, query: str) -> dict[str, object]:
    found = con.execute(query)
    names = [item[0] for item in found.description or []]
    (values,) = found.fetchall()
    return dict(zip(names, values, strict=True))


def _placements(con: duckdb.DuckDBPyConnection, plans: str, at: str, total: str) -> dict[str, object]:
    counts = dict(
        con.execute(
            f"""select coalesce(category, 'placement_unknown'), count(*)
            from ({plans}) left join {at} using (plan_ref) group by 1"""
        ).fetchall()
    )
    row: dict[str, object] = dict.fromkeys(PLACEMENTS, 0)
    unknown = set(counts) - set(row)
    assert not unknown, f"placements without a column: {unknown}"
    row |= counts
    row[total] = sum(counts.values())
    for name, stems in TOTALS.items():
        row[name] = sum(n for category, n in counts.items() if category.startswith(stems))
    return row


def _needs(con: duckdb.DuckDBPyConnection, plans: str) -> dict[str, object]:
    counts = dict(
        con.execute(
            f"""select coalesce(case sen_type when 'DS' then 'oth' else lower(sen_type) end, 'need_unknown'), count(*)
            from ({plans}) left join (
                select n.plan_ref, n.sen_type from ehc_need n semi join returned using (plan_ref) where rank = '1'
            ) using (plan_ref) group by 1"""
        ).fetchall()
    )
    return {"ehc_plans": sum(counts.values()), **{f"number_{need}": counts.get(need, 0) for need in NEEDS}}


def _percent(part: object, base: object) -> object:
    assert isinstance(part, int)
    assert isinstance(base, int)
    return "x" if base == 0 else math.floor(1000 * part / base + 0.5 + 1e-9) / 10


def _percentages(out: dict[str, dict[str, object]]) -> None:
    def put(file: str, column: str, part: str, *base: str) -> None:
        row = out[file]
        row[column] = _percent(row[part], sum(int(str(row[b])) for b in base))

    received = "requests_received_in_year"
    put("requests", "request_assess_pc", "requests_decided_to_assess", received)
    put("requests", "request_not_assess_pc", "requests_decided_not_to_assess", received)
    put("requests", "request_outstanding_pc", "requests_decision_not_made", received)
    put("requests", "request_withdrawn_pc", "requests_withdrawn", received)
    put("requests", "request_outcome_six_weeks_pc", "request_outcome_six_weeks", "decided")
    put("requests", "request_outcome_over_6_weeks_pc", "request_outcome_over_6_weeks", "decided")
    for name in ("issued", "not_issued", "not_made", "withdrawn"):
        put("assessments", f"assess_{name}_pc", f"assess_{name}", "assess_in_year")
    timed = ("outcome_decision_within_time", "outcome_decision_over_time")
    for name in timed:
        put("assessments", f"{name}_pc", name, *timed)
    weeks = "timeliness_20_week"
    for column, part in (
        ("pc_plans_issued_within_20_weeks", "plans_issued_within_20_weeks"),
        ("pc_plans_issued_gt20weeks_ltYear", "plans_issued_gt20weeks_ltYear"),
        ("pc_plans_issued_gt_1_year", "plans_issued_gt_1_year"),
    ):
        put(weeks, column, part, "plans_issued_den")
    for column, part in (
        ("PC_plans_issued_20_weeks_ex", "plans_issued_20_weeks_ex"),
        ("PC_plans_issued_gt20weeks_ltYear_ex", "plans_issued_gt20weeks_ltYear_ex"),
        ("PC_plans_issued_gt_1_year_ex", "plans_issued_gt_1_year_ex"),
    ):
        put(weeks, column, part, "plans_issued_den_ex")
    for file, total in (("caseload", "ehcplans"), ("newplans", "new_ehc_plans")):
        for column, part in (
            ("mainstream_total_pc", "mainstream_total"),
            ("special_total_pc", "special_total"),
            ("AP_PRU_total_pc", "ap_pru_total"),
            ("fe_total_pc", "fe_total"),
            ("ed_elsewhere_pc", "ed_elsewhere"),
            ("nm_early_years_pc", "nm_early_years"),
            ("placement_unknown_pc", "placement_unknown"),
        ):
            put(file, column, part, total)
    for file in ("sen_needs_all_plans", "sen_need_newplans"):
        for need in NEEDS:
            put(file, "unknown_pc" if need == "need_unknown" else f"{need}_pc", f"number_{need}", "ehc_plans")
    four = ("number_decsion_4weeks", "number_decision_gt_4weeks")
    put("annual_reviews", "pc_decsion_4weeks", four[0], *four)
    put("annual_reviews", "pc_decision_gt_4weeks", four[1], *four)
