"""The return's models in other collections than 2025, with corrections, and with casework a return has no room for."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
from lxml import etree

from area.settings import AreaSettings, load_settings
from returns.kinds import SEN2
from returns.overlay.entries import Correction
from returns.overlay.load import load_overlay
from returns.overlay.store import append_entries
from returns.rules.run import run_rules
from returns.sen2.xml.writer import write_sen2
from tests.support.dbt_build import run_dbt
from tests.support.raw_fixture import create_raw, load_rows
from warehouse.dbt_variables import dbt_variables

# One child with two plans under one request, one whose person record casework has lost.
CASEWORK: dict[str, list[dict[str, Any]]] = {
    "ehc_person": [
        {"person_ref": "a", "surname": "Testing", "forename": "Invented", "birth_date": "2012-05-01", "sex": "M",
         "ethnicity": "WBRI", "postcode": "ZZ99 3WZ", "upn": "P207000016049"},
    ],
    "ehc_request": [
        {"request_ref": "ra", "person_ref": "a", "received_date": "2022-02-01", "source": "1", "rya": "0",
         "outcome": "Y", "outcome_date": "2022-03-01"},
        {"request_ref": "rb", "person_ref": "lost", "received_date": "2022-12-01", "source": "2", "rya": "0",
         "outcome": "A"},
    ],
    "ehc_assessment": [{"request_ref": "ra", "outcome": "Y", "outcome_date": "2022-06-01", "exception_20_week": "0"}],
    "ehc_plan": [
        {"plan_ref": "pa1", "request_ref": "ra", "start_date": "2022-06-01", "personal_budget": "0",
         "organised_arrangements": "0", "cease_date": "2022-11-30", "cease_reason": "2"},
        {"plan_ref": "pa2", "request_ref": "ra", "start_date": "2022-12-01", "personal_budget": "0",
         "organised_arrangements": "0"},
    ],
    "ehc_plan_setting": [{"plan_ref": plan, "placement_rank": "1", "urn": "100001"} for plan in ("pa1", "pa2")],
    "ehc_placement": [
        {"placement_ref": "s1", "plan_ref": "pa1", "placement_rank": "1", "urn": "100001", "entry_date": "2022-06-01",
         "leaving_date": "2022-11-30", "attendance_pattern": "FT"},
        {"placement_ref": "s2", "plan_ref": "pa2", "placement_rank": "1", "urn": "100001", "entry_date": "2022-12-01",
         "attendance_pattern": "PT", "residential": "A", "work_based": "S"},
    ],
    "ehc_need": [{"plan_ref": plan, "rank": "1", "sen_type": "ASD"} for plan in ("pa1", "pa2")],
}  # fmt: skip


def correction(module: str, key: str, item: str, was: str | None, value: str | None) -> Correction:
    return Correction("", 2023, module, key, item, was, value, "2023-02-01T10:00:00Z", "Sam", "known")


CORRECTIONS = [
    correction("person", "a", "GenderCurrent", "1", "9"),
    correction("active_plans", "pa2", "WBP", "S", None),
    correction("header", "header", "DMO", "Y", "R"),
    correction("requests", "ra", "ReceivedDate", "2022-01-31", "2022-01-01"),
    correction("requests", "ra", "RYA", "1", "0"),
    correction("requests", "gone", "RYA", "1", "0"),
]


def settings_of(year: int, census_day: dt.date) -> AreaSettings:
    return replace(load_settings("931"), collection=year, census_date=census_day)


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The warehouse with facts and the return of 2023."""
    path = tmp_path_factory.mktemp("years") / "warehouse.duckdb"
    create_raw(path)
    for table, rows in CASEWORK.items():
        load_rows(path, table, rows)
    folder = path.parent / "overlay"
    append_entries(folder, CORRECTIONS)
    with duckdb.connect(str(path)) as con:
        assert load_overlay(con, folder, SEN2, 2023) == {"correction": 6, "note": 0}
    build(path, settings_of(2023, dt.date(2023, 1, 19)), "+path:models/returns/sen2")
    return path


def build(path: Path, settings: AreaSettings, selected: str) -> None:
    variables = dbt_variables(settings, as_of=dt.date(2025, 1, 31))
    without = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")
    built = run_dbt(path, "build", "--select", selected, *without, variables=variables)
    assert built.returncode == 0, built.stdout[-4000:]


def rows(path: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(path), read_only=True) as con:
        return con.execute(query).fetchall()


def test_2023_asks_for_gender_attendance_and_boarding_of_the_plan(facts: Path) -> None:
    assert rows(facts, "select persontableid, sex, gendercurrent from returns.sen2_person order by 1") == [
        ("a", None, "9"),
        ("lost", None, "0"),
    ]
    assert rows(facts, "select activeplanstableid, res, wbp from returns.sen2_active_plans order by 1") == [
        ("pa1", None, None),
        ("pa2", "A", None),
    ]
    placements = "select placementdetailtableid, attendancepattern, res, wbp from returns.sen2_placement_detail"
    assert sorted(rows(facts, placements)) == [("s1", "FT", None, None), ("s2", "PT", None, None)]
    assert rows(facts, "select dmo, dsco from returns.sen2_header") == [("R", None)]


def test_what_the_facts_say_stays_beside_what_is_returned(facts: Path) -> None:
    assert rows(facts, "select sex, gendercurrent from prepared.sen2_prepared_person where persontableid = 'a'") == [
        ("M", "1")
    ]
    states = "select module, item, source_value, state from returns.sen2_correction_state order by id"
    assert rows(facts, states) == [
        ("person", "GenderCurrent", "1", "applied"),
        ("active_plans", "WBP", "S", "applied"),
        ("header", "DMO", "Y", "applied"),
        ("requests", "ReceivedDate", "2022-02-01", "source_changed"),
        ("requests", "RYA", "0", "no_longer_needed"),
        ("requests", "RYA", None, "record_gone"),
    ]
    assert rows(facts, "select receiveddate, rya from returns.sen2_requests where requeststableid = 'ra'") == [
        (dt.date(2022, 2, 1), 0)
    ]


def test_a_second_plan_of_a_request_and_a_lost_person_do_not_stop_the_return(facts: Path, tmp_path: Path) -> None:
    work = tmp_path / "warehouse.duckdb"
    shutil.copy(facts, work)
    settings = settings_of(2023, dt.date(2023, 1, 19))
    with duckdb.connect(str(work)) as con:
        written = write_sen2(con, tmp_path / "sen2.xml", year=2023, settings=settings)
        run_rules(con, SEN2, 2023, settings=settings, only=["SEN2-N10", "SEN2-P01"])
        found = con.execute("select distinct rule_id, record_key from returns.sen2_rule_breach order by all").fetchall()
    assert written.rows["person"] == 2
    assert ("SEN2-N10", "pa2") in found
    assert ("SEN2-N10", "pa1") not in found
    assert ("SEN2-P01", "lost") in found
    (child, _) = etree.parse(tmp_path / "sen2.xml").iter("Person")
    plans = [
        (request.findtext("RequestOutcome"), request.findtext("Assessment/AssessmentOutcome"),
         request.findtext("Assessment/NamedPlan/StartDate"), request.findtext("ActivePlans/PlacementDetail/EntryDate"))
        for request in child.iter("Requests")
    ]  # fmt: skip
    assert plans == [("Y", "Y", "2022-06-01", "2022-06-01"), ("H", "H", "2022-12-01", "2022-12-01")]


def test_the_same_facts_give_a_later_return_its_own_items(facts: Path, tmp_path: Path) -> None:
    work = tmp_path / "warehouse.duckdb"
    shutil.copy(facts, work)
    with duckdb.connect(str(work)) as con:
        load_overlay(con, facts.parent / "overlay", SEN2, 2026)
    settings = settings_of(2026, dt.date(2026, 1, 15))
    build(work, settings, "path:models/returns/sen2")
    assert rows(
        work, "select persontableid, sex, gendercurrent from returns.sen2_person where persontableid = 'a'"
    ) == [("a", "M", None)]
    placements = "select placementdetailtableid, attendancepattern, res, wbp from returns.sen2_placement_detail"
    assert rows(work, placements) == [("s2", None, "A", "S")]
    assert rows(work, "select requeststableid, requestoutcome from returns.sen2_requests order by 1") == [
        ("ra/pa2", "H"),
        ("rb", "A"),
    ]
    assert rows(work, "select count(*) from returns.sen2_correction_state") == [(0,)]
    with duckdb.connect(str(work), read_only=False) as con:
        write_sen2(con, tmp_path / "sen2.xml", year=2026, settings=settings)
