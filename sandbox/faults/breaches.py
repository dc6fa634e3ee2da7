"""Faults that a rule of the return must name: one line a kind, its candidates and its change said in SQL.

A kind is an alteration (`change`: columns of an existing row) or an addition (`add`: a new row). `old` requests and
`done` plans (views.sql) are those of which nothing, or only the end, is counted in the published tables.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from sandbox.faults.planting import Planting, Truth

_FEED = "ehc_casework"
_LATE = "2024-03-12"  # of a review put onto a plan that ceased after it
_NEXT_LETTER = "translate(left(upn, 1), 'ABCDEFGHJKLMNPQRTUVWXYZ', 'BCDEFGHJKLMNPQRTUVWXYZA') || substr(upn, 2)"


@dataclass(frozen=True)
class Breach:
    """A kind of fault. `source` (FROM, WHERE) gives candidates with a `person_ref`; `key` is the return's id."""

    kind: str
    rules: tuple[str, ...]
    table: str
    source: str
    key: str
    change: Mapping[str, str] | None = None  # column -> SQL expression; the row is the source's `row`
    add: Mapping[str, str] | None = None
    row: str = "row"


def _person(kind: str, rule: str, where: str, **change: str) -> Breach:
    return Breach(kind, (rule,), "ehc_person", f"person where {where}", "person_ref", change=change)


def _request(kind: str, rules: str, **change: str) -> Breach:
    return Breach(
        kind, tuple(rules.split()), "ehc_request", '"case" where old', "request_ref", change=change, row="r_row"
    )


def _assessment(kind: str, rule: str, **change: str) -> Breach:
    return Breach(kind, (rule,), "ehc_assessment", '"case" where old', "request_ref", change=change, row="a_row")


def _plan(kind: str, rule: str, where: str, **change: str) -> Breach:
    return Breach(kind, (rule,), "ehc_plan", f'"case" where {where}', "plan_ref", change=change, row="p_row")


def _setting(
    kind: str, rules: str, where: str, *, key: str = "plan_ref || '-' || placement_rank", **change: str
) -> Breach:
    source = f"setting join person using (person_ref) where active and settings = 1 and {where}"
    return Breach(kind, tuple(rules.split()), "ehc_plan_setting", source, key, change=change, row="setting.row")


def _second_place(kind: str, rule: str, where: str, **add: str) -> Breach:
    """A second placement beside the one that is counted."""
    source = (
        "place join person using (person_ref) where active and place.placement_rank = '1' and place.urn is not null"
        " and (select count(*) from place o where o.plan_ref = place.plan_ref) = 1 and place.entry_date is not null"
        f" and place.entry_date < '2024-09-01' and {where}"
    )
    values = {"placement_ref": "'FLT-' || place.placement_ref", "plan_ref": "plan_ref", "placement_rank": "'2'"} | add
    return Breach(kind, (rule,), "ehc_placement", source, "'FLT-' || place.placement_ref", add=values)


def _review(kind: str, rule: str, **add: str) -> Breach:
    source = f"\"case\" left join latest_review using (plan_ref) where done and cease > '{_LATE}'"
    source += f" and coalesce(meeting < '{_LATE}', true)"
    values = {"review_ref": "'FLT-' || plan_ref", "plan_ref": "plan_ref", "meeting_date": f"'{_LATE}'"} | add
    return Breach(kind, (rule,), "ehc_review", source, "plan_ref", add=values)


_KNOWN = "clean and upn is not null"  # linked to the school by UPN and, if that is spoilt, by name and address
_LONELY = "lonely and not neet"  # in no other system, so that no link is lost

BREACHES: tuple[Breach, ...] = (
    _person("ethnicity_missing", "SEN2-P18", _KNOWN, ethnicity="null"),
    _person("sex_missing", "SEN2-P17", _KNOWN, sex="null"),
    _person("no_identifier_no_reason", "SEN2-P02", _LONELY, upn="null", uln="null", upn_unknown_reason="null"),
    _person("reason_beside_upn", "SEN2-P03", _KNOWN, upn_unknown_reason="'UN5'"),
    _person("upn_check_letter", "SEN2-P04", f"{_KNOWN} and former_upn is null", upn=_NEXT_LETTER),
    _person("upn_too_short", "SEN2-P24", f"{_KNOWN} and former_upn is null", upn="left(upn, 12)"),
    _person("uln_check_digit", "SEN2-P06", f"uln is not null and upn is not null and ({_LONELY} or clean)",
            uln="left(uln, 9) || ((right(uln, 1)::int + 1) % 10)"),
    _person("ethnicity_unknown_code", "SEN2-P07", _KNOWN, ethnicity="'WXYZ'"),
    _person("postcode_blank", "SEN2-P08", f"{_KNOWN} and former_upn is null", postcode="null"),
    _person("age_over_25", "SEN2-P09", _LONELY, birth_date="'1993-05-17'"),
    _person("under_6_reason_at_6", "SEN2-P10", "upn is null and uln is null and age >= 7", upn_unknown_reason="'UN1'"),
    _person("sex_unknown_code", "SEN2-P12", _KNOWN, sex="'X'"),
    _person("upn_reason_unknown_code", "SEN2-P13", "upn is null and uln is null and age >= 7",
            upn_unknown_reason="'UN4'"),
    _request("request_dates_missing", "SEN2-R01 SEN2-R02", received_date="null", outcome_date="null"),
    _request("request_outcome_date_missing", "SEN2-R02", outcome_date="null"),
    _request("request_decided_before_received", "SEN2-R03", received_date="strftime(decided + 30, '%Y-%m-%d')"),
    _request("exported_with_assessment", "SEN2-R05", exported_to="'XXX'"),
    _request("request_outcome_unknown_code", "SEN2-R06", outcome="'Q'"),
    _request("request_source_unknown_code", "SEN2-R07", source="'9'"),
    _request("exported_to_no_la", "SEN2-R09 SEN2-R05", exported_to="'AB1'"),
    _request("rya_neither_0_nor_1", "SEN2-R10", rya="'2'"),
    Breach("assessment_of_undecided_request", ("SEN2-R04", "SEN2-A03"), "ehc_assessment",
           "\"case\" where in_scope and outcome = 'A' and a_row is null and received <= date '2024-12-31'",
           "request_ref", add={"request_ref": "request_ref", "outcome": "'Y'", "outcome_date": "'2023-12-01'"}),
    _assessment("assessment_date_missing", "SEN2-A01", outcome_date="null"),
    _assessment("assessment_before_request_decision", "SEN2-A02", outcome_date="strftime(decided - 30, '%Y-%m-%d')"),
    _assessment("assessment_outcome_unknown_code", "SEN2-A04", outcome="'Q'", outcome_date="null"),
    _assessment("exception_neither_0_nor_1", "SEN2-A07", exception_20_week="'2'"),
    _plan("cease_reason_without_date", "SEN2-N01", "active and start < date '2024-01-01' and cease is null",
          cease_reason="'9'"),
    _plan("cease_before_start", "SEN2-N02", "done", start_date="'2025-01-06'"),
    _plan("arrangements_without_budget", "SEN2-N03", "done", personal_budget="'0'", organised_arrangements="'1'"),
    _plan("payments_without_budget", "SEN2-N03", "done", personal_budget="'0'", direct_payments="'E'"),
    _plan("plan_residential_unknown_code", "SEN2-N06", "active", residential="'Z'"),
    _plan("budget_neither_0_nor_1", "SEN2-N09", "done", personal_budget="'2'", organised_arrangements="'0'",
          direct_payments="null"),
    _setting("setting_rank_2_alone", "SEN2-N04", "true", key="plan_ref", placement_rank="'2'"),
    _setting("setting_named_twice", "SEN2-D01", "setting.urn is not null", sen_setting="'OLA'"),
    _setting("setting_not_named", "SEN2-D01", "setting.urn is not null", urn="null", sen_unit="null",
             resourced_provision="null"),
    _setting("other_setting_without_words", "SEN2-D02", "setting.urn is not null", urn="null", sen_setting="'OTH'"),
    _setting("not_in_education_named", "SEN2-D03", "setting.urn is not null and age between 16 and 24", urn="null",
             sen_setting="'NEET'"),
    _setting("urn_unknown", "SEN2-D04", "setting.urn is not null", urn="'199999'"),
    _setting("urn_not_digits", "SEN2-D09", "setting.urn is not null", urn="'1O2345'"),
    _setting("setting_unknown_code", "SEN2-D08", "setting.urn is not null", urn="null", sen_setting="'ABC'"),
    _setting("unit_where_none_is", "SEN2-D06",
             "coalesce(setting.sen_unit, '0') = '0' and setting.urn in (select urn from school where no_unit)",
             sen_unit="'1'"),
    _setting("unit_neither_0_nor_1", "SEN2-D10", "setting.urn is not null and coalesce(setting.sen_unit, '0') = '0'",
             sen_unit="'2'"),
    _second_place("closed_before_entry", "SEN2-D05", "true", entry_date="'2024-10-01'",
                  urn="(select min(urn) from school where closed < date '2024-09-01')"),
    _second_place("neet_below_16", "SEN2-D07", "age between 6 and 13", entry_date="'2024-10-01'", sen_setting="'NEET'"),
    _second_place("left_before_entry", "SEN2-C03", "true", urn="place.urn", entry_date="'2024-11-01'",
                  leaving_date="'2024-10-01'"),
    _second_place("entry_date_missing", "SEN2-C10", "true", urn="place.urn", leaving_date="'2024-12-20'"),
    Breach("need_rank_2_alone", ("SEN2-C04",), "ehc_need", "need where done and needs = 1 and rank = '1'", "plan_ref",
           change={"rank": "'2'"}),
    Breach("need_unknown_code", ("SEN2-C08",), "ehc_need", "need where active and needs = 1 and rank = '1'",
           "plan_ref || '-2'", add={"plan_ref": "plan_ref", "rank": "'2'", "sen_type": "'ADHD'"}),
    _review("review_decided_before_meeting", "SEN2-C05", decision_date="'2024-02-20'", outcome="'M'"),
    _review("review_outcome_without_date", "SEN2-C06", outcome="'M'"),
    _review("review_outcome_unknown_code", "SEN2-C07", decision_date="'2024-03-20'", outcome="'Q'"),
)  # fmt: skip


def plant_breaches(
    planting: Planting,
    tables: Mapping[str, pa.Table],
    establishments: pa.Table,
    flags: pa.Table,
    *,
    census: dt.date,
    seed: int,
    leave_alone: Collection[str],
) -> list[str]:
    """Plant every kind of which there are candidates; returns the kinds of which there were none.

    `flags` has, for each row of ehc_person, `clean` (on a census roll, linked by UPN and by name) and `lonely` (in no
    other system). Records of `leave_alone` (the gaps of the published figures) are passed over. A person carries one
    fault at most.
    """
    missing = []
    with duckdb.connect(config={"threads": 1}) as db:
        for name, table in tables.items():
            if name.startswith("ehc_"):
                db.register(name, table)
        db.register("establishments", establishments)
        db.register("flags", flags)
        views = (Path(__file__).parent / "views.sql").read_text(encoding="utf-8")
        year = census.year - 1
        db.execute(views.format(census=census, first=f"{year}-01-01", last=f"{year}-12-31"))
        for breach in BREACHES:
            if not _plant(breach, planting, db, seed, leave_alone):
                missing.append(breach.kind)
        for kind, rule, columns in _PAIRS:
            if not _plant_pairs(kind, rule, columns, planting, db, seed):
                missing.append(kind)
    return missing


def _candidates(db: duckdb.DuckDBPyConnection, select: str, source: str, order: str) -> list[tuple[object, ...]]:
    return db.execute(f"select {select} from {source} order by md5({order})").fetchall()


def _plant(
    breach: Breach, planting: Planting, db: duckdb.DuckDBPyConnection, seed: int, leave_alone: Collection[str]
) -> int:
    values = breach.change if breach.change is not None else breach.add
    assert values is not None
    row = breach.row if breach.change is not None else "0"
    select = ", ".join(["person_ref", breach.key, row, *values.values()])
    planted = 0
    for person, key, at, *new in _candidates(db, select, breach.source, f"{breach.key} || '{breach.kind}{seed}'"):
        if planted == planting.share:
            break
        cells = dict(zip(values, new, strict=True))
        if str(key) in leave_alone or str(key).rpartition("-")[0] in leave_alone:
            continue
        if str(person) in planting.used or (breach.kind == "closed_before_entry" and cells["urn"] is None):
            continue
        planting.used.add(str(person))
        if breach.change is not None:
            planting.change(breach.table, int(str(at)), **{c: None if v is None else str(v) for c, v in cells.items()})
        else:
            planting.add(breach.table, cells)
        planting.tell(*(Truth(breach.kind, _FEED, breach.table, str(key), "breach", rule) for rule in breach.rules))
        planted += 1
    return planted


# Two persons who are known nowhere else share something; both are found.
_PAIRS = (
    ("upn_on_two_persons", "SEN2-P05", ("upn",)),
    ("same_child_twice", "SEN2-P11", ("surname", "forename", "birth_date")),
)


def _plant_pairs(
    kind: str, rule: str, columns: tuple[str, ...], planting: Planting, db: duckdb.DuckDBPyConnection, seed: int
) -> int:
    source = f"person where {_LONELY} and upn is not null"
    select = ", ".join(["person_ref", "row", "birth_date", *columns])
    rows = _candidates(db, select, source, f"person_ref || '{kind}{seed}'")
    free = [row for row in rows if str(row[0]) not in planting.used]
    planted = 0
    for pair in zip(free[0::2], free[1::2], strict=False):
        if planted == planting.share:
            break
        # the younger takes over from the older, so that nothing happened before its birth
        older, younger = sorted(pair, key=lambda row: str(row[2]))
        planting.used |= {str(older[0]), str(younger[0])}
        cells = {column: str(value) for column, value in zip(columns, older[3:], strict=True)}
        planting.change("ehc_person", int(str(younger[1])), **cells)
        planting.tell(*(Truth(kind, _FEED, "ehc_person", str(p[0]), "breach", rule) for p in (older, younger)))
        planted += 1
    return planted
