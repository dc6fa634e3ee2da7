"""The pretend area in other collections, and the return it submitted a year before."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from area.errors import SettingsError
from returns.definition.load import load_definition
from returns.kinds import SEN2
from returns.sen2.xml.schema_check import first_faults
from sandbox.identifiers import is_valid_upn
from sandbox.last_year import make_last_year
from sandbox.make import make_area
from sandbox.moving import CENSUS_DAYS, Move, without_down_syndrome
from sandbox.writers.folder import csv_paths

AREA = "857"  # Rutland, the smallest county
OTHERS = [2023, 2024, 2026, 2027]
Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def areas(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    base = tmp_path_factory.mktemp("years")
    for year in CENSUS_DAYS:
        make_area(AREA, base / str(year), seed=3, collection=year)
    return {year: base / str(year) for year in CENSUS_DAYS}


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    base = tmp_path_factory.mktemp("clean")
    for year in (2025, 2026):
        make_area(AREA, base / str(year), seed=3, collection=year, clean=True)
    return {year: base / str(year) for year in (2025, 2026)}


def rows(out: Path, table: str, year: int) -> Rows:
    with (out / csv_paths(dt.date(year, 1, 31))[table]).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# moving dates

days = st.one_of(
    st.dates(dt.date(1990, 1, 1), dt.date(2027, 12, 31)), st.dates(dt.date(2025, 1, 1), dt.date(2025, 2, 1))
)


@given(st.sampled_from(OTHERS), days, days)
def test_order_and_the_side_of_census_day_are_kept(year: int, one: dt.date, other: dt.date) -> None:
    move = Move.to(year)
    earlier, later = sorted((one, other))
    assert move.day(earlier) <= move.day(later)
    was, now = dt.date(2025, 1, 16), CENSUS_DAYS[year]
    assert (one > was) - (one < was) == (move.day(one) > now) - (move.day(one) < now)
    assert move.day(one).year - one.year == year - 2025


@given(st.sampled_from(OTHERS), days)
def test_each_way_to_write_a_date_is_moved_alike(year: int, day: dt.date) -> None:
    move = Move.to(year)
    for form in ("%Y-%m-%d", "%Y-%b-%d 00:00:00", "%d/%m/%Y", "%d-%m-%Y"):
        assert move.text(day.strftime(form)) == move.day(day).strftime(form)


@pytest.mark.parametrize(
    ("year", "value", "moved"),
    [
        (2026, "2024-02-29", "2025-02-28"),
        (2027, "29/02/2020", "28/02/2022"),
        (2024, "2025-01-16", "2024-01-18"),
        (2026, "2025-01-15", "2026-01-14"),
        (2027, "2025-01-31", "2027-01-31"),
        (2026, "2009-01-16", "2010-01-15"),  # sixteen on census day
        (2023, "2011-02-30", "2009-02-30"),
        (2023, "2024-13-01", "2022-13-01"),
        (2023, "2010-Feb-30 00:00:00", "2008-Feb-30 00:00:00"),
        (2023, "A857200112001", "A857200112001"),
        (2023, "2024", "2024"),
        (2023, "", ""),
    ],
)
def test_a_value_moved(year: int, value: str, moved: str) -> None:
    assert Move.to(year).text(value) == moved


def test_nested_dates_are_moved_and_2025_is_left_alone() -> None:
    table = pa.table({"needs": [[{"code": "DS", "from": "2024-02-29"}, {"code": None, "from": None}], [], None]})
    moved = Move.to(2026).table(table)
    assert moved["needs"].to_pylist() == [
        [{"code": "DS", "from": "2025-02-28"}, {"code": None, "from": None}], [], None,
    ]  # fmt: skip
    assert moved.schema == table.schema
    tables = {"any": table}
    assert Move.to(2025).tables(tables) is tables


def test_down_syndrome_becomes_other_and_is_not_said_twice() -> None:
    needs = [("A", "1", "DS"), ("A", "2", "OTH"), ("B", "1", "ASD"), ("B", "2", "DS"), ("C", "1", "OTH")]
    table = pa.Table.from_pylist([{"plan_ref": p, "rank": r, "sen_type": t} for p, r, t in needs])
    after = [tuple(row.values()) for row in without_down_syndrome(table, "sen_type").to_pylist()]
    assert after == [("A", "1", "OTH"), ("B", "1", "ASD"), ("B", "2", "OTH"), ("C", "1", "OTH")]


@pytest.mark.parametrize("year", [2022, 2028])
def test_other_collections_are_refused(year: int, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="2023 to 2027"):
        make_area("420", tmp_path / "out", collection=year)
    assert not (tmp_path / "out").exists()


# the area of another year


@pytest.mark.parametrize("year", OTHERS)
def test_the_area_is_the_same_in_every_year_but_for_its_dates(areas: dict[int, Path], year: int) -> None:
    about, usual = (json.loads((areas[y] / "sandbox.json").read_text(encoding="utf-8")) for y in (year, 2025))
    assert (about["collection"], about["as_of"]) == (year, f"{year}-01-31")
    assert any("published for 2025" in note for note in about["notes"])
    assert not any("published for 2025" in note for note in usual["notes"])
    dropped = {"s903_sw_episodes", "s903_dolo"}  # asked for from 2024 and 2027 on
    dropped |= {"ehc_need"} if year < 2025 else set()  # a second need may go with DS
    assert {k: v for k, v in about["counts"].items() if k not in dropped} == {
        k: v for k, v in usual["counts"].items() if k not in dropped
    }
    for person, other in zip(rows(areas[year], "ehc_person", year), rows(areas[2025], "ehc_person", 2025), strict=True):
        assert [person[k] for k in ("person_ref", "surname", "upn", "uln")] == [
            other[k] for k in ("person_ref", "surname", "upn", "uln")
        ]
        if other["birth_date"] and not person["person_ref"].startswith("FLT"):
            assert age_in_august(person["birth_date"], year) == age_in_august(other["birth_date"], 2025)


def age_in_august(birth: str, collection: int) -> int:
    born = dt.date.fromisoformat(birth)
    return collection - 1 - born.year - ((born.month, born.day) > (8, 31))


@pytest.mark.parametrize("year", OTHERS)
def test_the_same_plans_are_in_force_on_census_day(areas: dict[int, Path], year: int) -> None:
    def active(y: int) -> set[str]:
        return {plan["plan_ref"] for plan in rows(areas[y], "ehc_plan", y) if in_force(plan, CENSUS_DAYS[y])}

    assert active(year) == active(2025)
    (reference,) = {row["referencedate"] for row in rows(areas[year], "census_schoolcensus", year)}
    assert reference == CENSUS_DAYS[year].strftime("%Y-Jan-%d 00:00:00")
    assert {row["year"] for row in rows(areas[year], "census_schoolcensus", year)} == {str(year)}


def in_force(plan: dict[str, str], day: dt.date) -> bool:
    return plan["start_date"] <= day.isoformat() and (not plan["cease_date"] or plan["cease_date"] >= day.isoformat())


@pytest.mark.parametrize("year", list(CENSUS_DAYS))
def test_down_syndrome_is_a_code_from_2025_on(areas: dict[int, Path], year: int) -> None:
    needs = Counter(row["sen_type"] for row in rows(areas[year], "ehc_need", year))
    needs += Counter(row["sentype"] for row in rows(areas[year], "census_senneeds", year))
    students = pq.read_table(areas[year] / "api/mis_students.parquet")["sen_needs"].to_pylist()
    needs += Counter(need["sen_need_code"] for student in students for need in student)
    assert (needs["DS"] > 0) == (year >= 2025)


@pytest.mark.parametrize("year", list(CENSUS_DAYS))
def test_every_request_received_has_a_source_once_the_return_insists(areas: dict[int, Path], year: int) -> None:
    without = [row for row in rows(areas[year], "ehc_request", year) if row["received_date"] and not row["source"]]
    assert (len(without) > 0) == (year < 2026)


@pytest.mark.parametrize("year", OTHERS)
def test_truth_points_at_records_of_the_year(areas: dict[int, Path], year: int) -> None:
    """Keys that hold a date name the moved one."""
    truth = pq.read_table(areas[year] / "truth/faults.parquet").to_pylist()
    keys = {row["kind"]: row["record_key"] for row in truth}
    child, start = keys["s903_episodes_repeated"].split("|")
    assert [child, start] in [[row["CHILD"], row["DECOM"]] for row in rows(areas[year], "s903_episodes", year)]
    assert keys["cin_referral_on_31_june"].endswith(f"|{year - 1}-06-31")
    usual = Counter(row["kind"] for row in pq.read_table(areas[2025] / "truth/faults.parquet").to_pylist())
    mine = Counter(row["kind"] for row in truth)
    assert set(usual - mine) <= {"plan_lost_since_last_year", "upn_differs_from_last_year",
                                 "birth_date_differs_from_last_year"}  # fmt: skip
    assert (usual == mine) == (year != 2023)  # before 2023 there was no return of persons


def test_stays_are_mostly_full_time(clean: dict[int, Path]) -> None:
    patterns = Counter(row["attendance_pattern"] for row in rows(clean[2025], "ehc_placement", 2025))
    assert set(patterns) == {"FT", "PT"}
    assert 0 < patterns["PT"] < 0.1 * patterns["FT"]


# last year's return


def persons(out: Path, year: int) -> list[Any]:
    return etree.parse(str(out / f"returns/SEN2_{AREA}_{year}.xml")).findall("Persons/Person")


def open_plans(person: Any) -> Iterator[Any]:
    return (plan for plan in person.iterfind("Requests/Assessment/NamedPlan") if plan.find("CeaseDate") is None)


def match(person: Any, casework: Rows) -> list[dict[str, str]]:
    """By UPN, else by ULN, else by name and birth date."""
    for tags, columns in (
        (("UPN",), ("upn",)),
        (("UniqueLearnerNumber",), ("uln",)),
        (("Surname", "Forename", "PersonBirthDate"), ("surname", "forename", "birth_date")),
    ):
        wanted = [person.findtext(tag) for tag in tags]
        found = [row for row in casework if [row[column] for column in columns] == wanted]
        if all(wanted) and found:
            return found
    return []


def plans_by_person(out: Path, year: int) -> dict[str, Rows]:
    person_of = {row["request_ref"]: row["person_ref"] for row in rows(out, "ehc_request", year)}
    plans: dict[str, Rows] = {}
    for plan in rows(out, "ehc_plan", year):
        plans.setdefault(person_of.get(plan["request_ref"], ""), []).append(plan)
    return plans


@pytest.mark.parametrize("year", [2025, 2026])
def test_every_plan_open_last_year_is_in_this_years_casework(clean: dict[int, Path], year: int) -> None:
    casework = rows(clean[year], "ehc_person", year)
    plans = plans_by_person(clean[year], year)
    count = 0
    for person in persons(clean[year], year - 1):
        (found,) = match(person, casework)
        for plan in open_plans(person):
            start = plan.findtext("StartDate")
            (same,) = [p for p in plans[found["person_ref"]] if p["start_date"] == start]
            assert in_force(same, CENSUS_DAYS[year - 1])
            count += 1
    assert count > 300


@pytest.mark.parametrize("year", [2025, 2026])
def test_the_bridge_from_last_january_to_this_one_closes(clean: dict[int, Path], year: int) -> None:
    """Last January + new + moved in - ceased = this January, each counted from its own records."""
    then, now = CENSUS_DAYS[year - 1].isoformat(), CENSUS_DAYS[year].isoformat()
    last = sum(1 for person in persons(clean[year], year - 1) for _ in open_plans(person))
    requests = {row["request_ref"]: row for row in rows(clean[year], "ehc_request", year)}
    plans = rows(clean[year], "ehc_plan", year)
    moved_in = [
        p for p in plans
        if (r := requests[p["request_ref"]])["transferred_from"] and r["transfer_date"] >= f"{year - 1}-01-01"
    ]  # fmt: skip
    elsewhere = {p["plan_ref"] for p in moved_in}
    new = [p for p in plans if then < p["start_date"] <= now and p["plan_ref"] not in elsewhere]
    ceased = [p for p in plans if p["cease_date"] and then <= p["cease_date"] < now]
    this = [p for p in plans if in_force(p, CENSUS_DAYS[year])]
    assert min(map(len, (new, moved_in, ceased))) > 0
    assert last + len(new) + len(moved_in) - len(ceased) == len(this)


@pytest.mark.parametrize(
    ("moved_on", "in_return", "transfer"),
    [("2024-05-01", False, None), ("2023-12-31", True, "931"), ("2022-12-31", True, None)],
)
def test_a_plan_that_moved_in_was_another_councils_before(
    clean: dict[int, Path], moved_on: str, in_return: bool, transfer: str | None
) -> None:
    """The return of 2024 reports on 2023: moved in since, it was not there; moved in that year, it says from where."""
    tables = {
        name: pa.Table.from_pylist([{k: v or None for k, v in row.items()} for row in rows(clean[2025], name, 2025)])
        for name in csv_paths(dt.date(2025, 1, 31))
        if name.startswith("ehc_")
    }
    old = next(p for p in tables["ehc_plan"].to_pylist() if p["start_date"] < "2020" and p["cease_date"] is None)
    requests = tables["ehc_request"].to_pylist()
    (request,) = [r for r in requests if r["request_ref"] == old["request_ref"]]
    request |= {"transferred_from": "931", "transfer_date": moved_on}
    tables["ehc_request"] = pa.Table.from_pylist(requests)
    made = make_last_year(tables, tables["ehc_person"], area=AREA, collection=2024, officers={})
    held = [r for p in made.persons for r in p.requests if r.plan and r.plan.plan_ref == old["plan_ref"]]
    assert bool(held) == in_return
    for found in held:
        assert found.plan is not None
        assert found.assessment is not None
        assert found.plan.active["TransferLA"] == transfer
        assert (found.items["RequestOutcome"], found.assessment["AssessmentOutcome"]) == ("H", "H")


def test_lost_persons_are_in_no_way_in_this_years_casework_and_the_others_are(areas: dict[int, Path]) -> None:
    for year in (2024, 2025, 2027):
        casework = rows(areas[year], "ehc_person", year)
        people = persons(areas[year], year - 1)
        truth = [row for row in pq.read_table(areas[year] / "truth/faults.parquet").to_pylist()
                 if row["feed"] == "sen2_returns"]  # fmt: skip
        told = {row["record_key"]: row for row in truth}
        assert Counter(row["expected_code"] for row in truth) == {
            "SEN2-Y01": 1, "UPN": 1, "NAME_AND_BIRTH_DATE": 1,
        }  # fmt: skip
        for number, person in enumerate(people, start=1):
            code = told.get(f"person:{number}", {}).get("expected_code")
            found = match(person, casework)
            if code == "SEN2-Y01":
                assert found == []
                assert list(open_plans(person))
                assert is_valid_upn(person.findtext("UPN"))
                continue
            assert found, number
            if code is not None:
                (same,) = found
                assert (same["upn"] == person.findtext("UPN")) == (code == "UPN")
                assert (same["birth_date"] == person.findtext("PersonBirthDate")) == (code != "UPN")


def test_what_happened_since_is_not_in_last_years_return(areas: dict[int, Path]) -> None:
    for year in (2024, 2025, 2026, 2027):
        census = CENSUS_DAYS[year - 1].isoformat()
        tree = etree.parse(str(areas[year] / f"returns/SEN2_{AREA}_{year - 1}.xml"))
        assert tree.findtext("Header/CollectionDetails/ReferenceDate") == census
        dates = [e.text for e in tree.iter() if e.tag.endswith("Date") and e.tag != "ReferenceDate"]
        dates += [e.text for e in tree.iter("LastReview", "ReviewMeeting", "ReviewDraft")]
        assert len(dates) > 1000
        assert max(date for date in dates if date) <= census


@pytest.mark.parametrize(
    ("collection", "person", "active", "placement"),
    [
        (2023, "GenderCurrent", ["TransferLA", "PlacementDetail", "Res", "WBP", "SENneed", "LastReview"],
         ["URN", "UKPRN", "SENSetting", "SENSettingOther", "PlacementRank", "EntryDate", "LeavingDate",
          "AttendancePattern", "SENunitIndicator", "ResourcedProvisionIndicator"]),
        (2024, "Sex", ["TransferLA", "PlacementDetail", "SENneed", "ReviewMeeting", "ReviewOutcome", "LastReview"],
         ["URN", "UKPRN", "SENSetting", "SENSettingOther", "PlacementRank", "EntryDate", "LeavingDate",
          "SENunitIndicator", "ResourcedProvisionIndicator", "Res", "WBP"]),
        (2026, "Sex", ["TransferLA", "PlacementDetail", "SENneed", "ReviewMeeting", "ReviewOutcome", "ReviewDraft",
                       "LastReview"],
         ["URN", "UKPRN", "SENSetting", "SENSettingOther", "PlacementRank", "EntryDate", "LeavingDate",
          "SENunitIndicator", "ResourcedProvisionIndicator", "Res", "WBP"]),
    ],
)  # fmt: skip
def test_the_file_has_the_items_and_order_of_its_year(
    areas: dict[int, Path], collection: int, person: str, active: list[str], placement: list[str]
) -> None:
    people = persons(areas[collection + 1], collection)
    assert all([e.tag for e in p][3] == person for p in people)
    for element, order in (("Requests/ActivePlans", active), ("Requests/ActivePlans/PlacementDetail", placement)):
        seen = set()
        for found in (e for p in people for e in p.iterfind(element)):
            tags = [e.tag for e in found]
            assert tags == sorted(tags, key=order.index)
            seen |= set(tags)
        assert seen >= set(order) - {"TransferLA", "UKPRN", "SENSettingOther", "Res", "WBP"}
    sources = {e.tag for p in people for e in p.iterfind("Requests/*")}
    assert ("RequestSource" in sources) == (collection >= 2025)


def test_last_years_return_is_valid_by_its_years_definition(areas: dict[int, Path]) -> None:
    """The project's own schema, written apart from the sandbox's writer."""
    assert first_faults(areas[2026] / f"returns/SEN2_{AREA}_2025.xml", load_definition(SEN2, 2025)) == []


def test_the_first_collection_has_no_return_before_it(areas: dict[int, Path]) -> None:
    assert list((areas[2023] / "returns").iterdir()) == []
    about = json.loads((areas[2023] / "sandbox.json").read_text(encoding="utf-8"))
    assert any("No return of 2022" in note for note in about["notes"])
