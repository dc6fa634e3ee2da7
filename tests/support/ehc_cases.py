"""A hand-worked council of twenty cases, each on a boundary of SEN2 collection 2025. The name of a case says which.

Census day 2025-01-16, reporting year 2024. What each case counts as is worked out in test_dbt_ehc_return.py.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from tests.support.raw_fixture import load_rows

Row = dict[str, Any]
DAY_BEFORE = dt.date(2025, 1, 30)

# (case, request, assessment, plan): fields of the extract, an absent one is empty
CASES: list[tuple[str, Row, Row | None, Row | None]] = [
    (
        "day-42-day-140",
        {"received_date": "2024-01-02", "outcome": "Y", "outcome_date": "2024-02-13"},
        {"outcome": "Y", "outcome_date": "2024-05-21", "exception_20_week": "0"},
        {"start_date": "2024-05-21"},
    ),
    (
        "day-43-day-141",
        {"received_date": "2024-01-02", "outcome": "Y", "outcome_date": "2024-02-14"},
        {"outcome": "Y", "outcome_date": "2024-05-22", "exception_20_week": "1"},
        {"start_date": "2024-05-22"},
    ),
    (
        "refused-then-ordered",
        {"received_date": "2024-03-01", "outcome": "N", "outcome_date": "2024-04-01"},
        {"outcome": "Y", "outcome_date": "2024-12-01"},
        {"start_date": "2024-12-01"},
    ),
    ("undecided", {"received_date": "2024-12-20", "outcome": "A"}, None, None),
    ("withdrawn", {"received_date": "2024-06-01", "outcome": "W"}, None, None),
    (
        "no-received-date",
        {"outcome": "Y", "outcome_date": "2024-01-01"},
        {"outcome": "N", "outcome_date": "2024-06-01"},
        None,
    ),
    (
        "moved-in",
        {
            "received_date": "2024-02-01",
            "outcome": "Y",
            "outcome_date": "2024-02-01",
            "transferred_from": "887",
            "transfer_date": "2024-02-01",
        },
        {"outcome": "Y", "outcome_date": "2024-02-01"},
        {"start_date": "2024-02-01"},
    ),
    (
        "ceases-on-census-day",
        {"received_date": "2019-01-02", "outcome": "Y", "outcome_date": "2019-02-01"},
        {"outcome": "Y", "outcome_date": "2019-09-01"},
        {"start_date": "2019-09-01", "cease_date": "2025-01-16", "cease_reason": "1"},
    ),
    (
        "ceased-no-assessment",
        {"outcome": "Y"},
        None,
        {"start_date": "2018-01-01", "cease_date": "2024-07-31", "cease_reason": "9"},
    ),
    ("ceased-no-reason", {"outcome": "Y"}, None, {"start_date": "2018-01-01", "cease_date": "2024-12-31"}),
    (
        "exported",
        {"received_date": "2024-05-01", "outcome": "Y", "outcome_date": "2024-06-01", "exported_to": "830"},
        None,
        None,
    ),
    (
        "exactly-16",
        {"outcome": "Y", "outcome_date": "2019-09-01"},
        None,
        {
            "start_date": "2020-02-29",
            "personal_budget": "1",
            "organised_arrangements": "1",
            "direct_payments": "E",
        },
    ),
    ("still-15", {"outcome": "Y", "outcome_date": "2019-09-01"}, None, {"start_date": "2020-03-01"}),
    (
        "ceased-before-the-year",
        {"outcome": "Y", "outcome_date": "2015-01-01"},
        None,
        {"start_date": "2015-01-01", "cease_date": "2023-12-31", "cease_reason": "4"},
    ),
    (
        "received-on-the-eve",
        {"received_date": "2023-12-31", "outcome": "N", "outcome_date": "2024-01-02"},
        None,
        None,
    ),
    (
        "refused-on-day-112",
        {"received_date": "2024-01-02", "outcome": "Y", "outcome_date": "2024-01-03"},
        {"outcome": "N", "outcome_date": "2024-04-23"},
        None,
    ),
    (
        "refused-on-day-113",
        {"received_date": "2024-01-02", "outcome": "Y", "outcome_date": "2024-01-03"},
        {"outcome": "N", "outcome_date": "2024-04-24"},
        None,
    ),
    (
        "being-assessed",
        {"received_date": "2023-11-01", "outcome": "Y", "outcome_date": "2023-11-20"},
        {"outcome": "A"},
        None,
    ),
    (
        "assessment-withdrawn",
        {"received_date": "2024-07-01", "outcome": "Y", "outcome_date": "2024-07-10"},
        {"outcome": "W", "outcome_date": "2024-08-01"},
        None,
    ),
    (
        "plan-after-census-day",
        {"received_date": "2024-09-01", "outcome": "Y", "outcome_date": "2024-09-20"},
        {"outcome": "Y", "outcome_date": "2025-01-10"},
        {"start_date": "2025-01-17"},
    ),
]

BIRTHS = {"exactly-16": "2008-08-31", "still-15": "2008-09-01"}

SCHOOLS: list[Row] = [
    {"urn": "100001", "la_code": "931", "name": "Community", "type_code": "01"},
    {"urn": "100002", "la_code": "931", "name": "Academy", "type_code": "34", "sen_unit_capacity": "8"},
    {"urn": "100003", "la_code": "931", "name": "Special", "type_code": "7"},
    {"urn": "100004", "la_code": "931", "name": "College", "type_code": "18"},
]

PLACEMENTS: list[Row] = [
    {"plan_ref": "day-42-day-140", "urn": "100001", "entry_date": "2024-06-03"},
    {
        "plan_ref": "day-43-day-141",
        "sen_setting": "EHE",
        "entry_date": "2024-05-22",
        "leaving_date": "2024-09-01",
    },
    {"plan_ref": "day-43-day-141", "urn": "100002", "sen_unit": "1", "entry_date": "2024-09-02"},
    {"plan_ref": "moved-in", "urn": "100003", "entry_date": "2024-02-01"},
    {"plan_ref": "ceases-on-census-day", "sen_setting": "OLA", "entry_date": "2019-09-01"},
    {
        "plan_ref": "ceased-no-assessment",
        "urn": "100004",
        "entry_date": "2019-09-01",
        "leaving_date": "2024-07-31",
    },
    {"plan_ref": "exactly-16", "sen_setting": "NIEO", "entry_date": "2024-09-01", "residential": "B"},
    {"plan_ref": "still-15", "sen_setting": "NIEO", "entry_date": "2024-09-01", "work_based": "S"},
]

NEEDS: list[Row] = [
    {"plan_ref": "day-42-day-140", "rank": "1", "sen_type": "ASD"},
    {"plan_ref": "day-43-day-141", "rank": "1", "sen_type": "SLCN"},
    {"plan_ref": "day-43-day-141", "rank": "2", "sen_type": "ASD"},
    {"plan_ref": "moved-in", "rank": "1", "sen_type": "SEMH"},
    {"plan_ref": "ceases-on-census-day", "rank": "1", "sen_type": "SEMH"},
    {"plan_ref": "exactly-16", "rank": "1", "sen_type": "DS"},
    {"plan_ref": "still-15", "rank": "1", "sen_type": "SEMH"},
]

REVIEWS: list[Row] = [
    # 28 days before census day exactly: its decision is due
    {"plan_ref": "ceases-on-census-day", "meeting_date": "2024-12-19"},
    {
        "plan_ref": "exactly-16",
        "meeting_date": "2024-12-20",
        "decision_date": "2025-01-10",
        "outcome": "A",
    },
    {
        "plan_ref": "still-15",
        "meeting_date": "2023-05-01",
        "decision_date": "2023-05-30",
        "outcome": "C",
    },
    {"plan_ref": "still-15", "meeting_date": "2025-01-17", "decision_date": "2025-01-17", "outcome": "M"},
]

DISPUTES: list[Row] = [
    {"request_ref": "refused-then-ordered", "kind": "MEDIATION", "about": "REQUEST"},
    {"request_ref": "refused-then-ordered", "kind": "TRIBUNAL", "about": "REQUEST"},
    {"request_ref": "no-received-date", "kind": "TRIBUNAL", "about": "ASSESSMENT"},
    {"request_ref": "refused-on-day-112", "kind": "MEDIATION", "about": "OTHER"},
    {"request_ref": "refused-on-day-112", "kind": "TRIBUNAL", "about": "OTHER"},
]


def load_cases(path: Path) -> None:
    """Put the council's extract into the raw tables of `path`: tonight's in full, and last night's plans."""
    load_rows(path, "ehc_person", [_person(case) for case, *_ in CASES])
    load_rows(path, "ehc_request", [{"request_ref": c, "person_ref": c, **request} for c, request, _, _ in CASES])
    load_rows(path, "ehc_assessment", [{"request_ref": c, **found} for c, _, found, _ in CASES if found])
    plans = [{"plan_ref": c, "request_ref": c, **plan} for c, _, _, plan in CASES if plan]
    load_rows(path, "ehc_plan", plans)
    load_rows(path, "ehc_plan", [_as_last_night(plan) for plan in plans], extract_date=DAY_BEFORE, is_latest=False)
    for table, key, rows in (
        ("ehc_placement", "placement_ref", PLACEMENTS),
        ("ehc_review", "review_ref", REVIEWS),
        ("ehc_dispute", "dispute_ref", DISPUTES),
    ):
        rank = {"placement_rank": "1"} if table == "ehc_placement" else {}
        load_rows(path, table, [{key: f"{table}{n}", **rank, **row} for n, row in enumerate(rows)])
    load_rows(path, "ehc_need", NEEDS)
    load_rows(path, "gias_establishment", SCHOOLS)


def _person(case: str) -> Row:
    return {
        "person_ref": case,
        "surname": "Made",
        "forename": "Up",
        "birth_date": BIRTHS.get(case, "2015-06-01"),
        "sex": "F" if case == "exactly-16" else "M",
        "ethnicity": "WENG",
    }


def _as_last_night(plan: Row) -> Row:
    """Last night one plan had no personal budget yet."""
    return {**plan, "personal_budget": "0"} if plan["plan_ref"] == "exactly-16" else plan
