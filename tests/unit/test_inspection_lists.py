"""The lists of an area SEND inspection: their definition, their tables, and the workbook read back."""

from __future__ import annotations

import datetime as dt
import stat
from pathlib import Path

import duckdb
import openpyxl
import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from area.paths import PROJECT_ROOT
from returns.definition.load import defined_years, load_definition, year_for
from returns.definition.model import Module
from returns.definition.pages import items_page, page_file
from returns.inspection.workbook import printed, write_lists
from returns.kinds import AREA_INSPECTION, SEN2
from returns.rules.cases import baseline, load_tables

DEFINITION = load_definition(AREA_INSPECTION, 2025)
MODELS = PROJECT_ROOT / "dbt_project" / "models" / "returns" / "inspection"
ENGINE = ("definition", "rules")
NIGHT = dt.date(2025, 1, 31)
# What a public validator of these lists reads, letter by letter (facts: extracts 1.4).
LIST_1 = [
    "Unique ID",
    "UPN",
    "ULN",
    "Date of birth",
    "Gender",
    "Ethnicity",
    "Date initial EHC plan issued",
    "Date updated EHC plan issued",
    "Date EHC plan last reviewed",
    "SEN primary need",
    "Main education establishment – URN",
    "Main education establishment – phase",
    "Subsidiary education establishment – phase (dual registration)",
    "Elective home education",
    "Suspensions",
    "Permanent exclusions",
    "Absence",
    "Pupil Premium",
    "Known to children's social care?",
    "Which children's social care team?",
    "Does the child or young person have a disability?",
]
NOT_IN_LIST_2 = {
    "Date initial EHC plan issued",
    "Date updated EHC plan issued",
    "Date EHC plan last reviewed",
    "Elective home education",
}


@pytest.mark.parametrize("year", defined_years(AREA_INSPECTION))
def test_every_year_has_the_headings_inspectors_ask_for(year: int) -> None:
    definition = load_definition(AREA_INSPECTION, year)
    assert [item.tag for item in definition.module("list_1").items] == LIST_1
    assert [item.tag for item in definition.module("list_2").items] == [h for h in LIST_1 if h not in NOT_IN_LIST_2]


@pytest.mark.parametrize("year", defined_years(AREA_INSPECTION))
def test_the_committed_page_is_what_the_definition_gives(year: int) -> None:
    page = page_file(AREA_INSPECTION, year).read_text(encoding="utf-8")
    assert page == items_page(load_definition(AREA_INSPECTION, year)), "run `send inspection items --write`"


@pytest.mark.parametrize(
    ("night", "first_day"),
    [
        (dt.date(2025, 1, 31), dt.date(2024, 8, 1)),
        (dt.date(2025, 1, 15), dt.date(2024, 7, 16)),
        (dt.date(2025, 8, 31), dt.date(2025, 3, 1)),
        (dt.date(2024, 8, 31), dt.date(2024, 3, 1)),
    ],
)
def test_the_position_is_the_nights_and_the_period_the_six_months_up_to_it(night: dt.date, first_day: dt.date) -> None:
    on = DEFINITION.on(night)
    assert (on.census_date, on.period_start, on.period_end) == (night, first_day, night)


def test_a_return_with_a_census_day_keeps_it_whatever_the_night() -> None:
    sen2 = load_definition(SEN2, 2025)
    assert sen2.on(NIGHT) is sen2
    assert year_for(SEN2, collection=2025, as_of=dt.date(2027, 5, 1)) == 2025


@pytest.mark.parametrize(
    ("night", "year"),
    [(dt.date(2025, 1, 31), 2025), (dt.date(2031, 1, 1), 2027), (dt.date(2022, 12, 31), 2023)],
)
def test_the_year_of_the_lists_is_the_nights_or_the_newest_defined_by_then(night: dt.date, year: int) -> None:
    assert year_for(AREA_INSPECTION, collection=2024, as_of=night) == year


@pytest.mark.parametrize("module", DEFINITION.modules.values(), ids=lambda module: module.name)
def test_a_models_contract_has_the_columns_of_the_definition(module: Module) -> None:
    (model,) = yaml.safe_load((MODELS / f"{module.table}.yml").read_text(encoding="utf-8"))["models"]
    columns = {column["name"]: column["data_type"].upper() for column in model["columns"]}
    assert list(columns.items()) == list(DEFINITION.columns(module).items())
    personal = {c["name"]: c["config"]["meta"]["personal"] for c in model["columns"] if "config" in c}
    assert personal == {item.column: item.personal for item in module.items if item.personal}


@pytest.mark.parametrize("package", ENGINE)
def test_the_engine_names_no_return(package: str) -> None:
    """Adding a return adds no line to the engine: it says nowhere what only one return has."""
    folder = PROJECT_ROOT / "returns" / package
    for file in sorted([*folder.rglob("*.py"), *folder.rglob("*.sql")]):
        text = file.read_text(encoding="utf-8")
        for name in ("SEN2", "sen2", "AREA_INSPECTION", "inspection_", "INSP"):
            assert name not in text, f"{file.name} names {name}"


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    tables = baseline(AREA_INSPECTION, 2025)
    tables["inspection_list_1"]["K1"] |= {"main_urn": "=1+1", "primary_need": "DS", "upn": "P20\x0b7"}
    load_tables(con, AREA_INSPECTION, tables, year=2025)
    return con


@pytest.fixture
def book(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> openpyxl.Workbook:
    write_lists(con, tmp_path / "new" / "lists.xlsx", area="857", as_of=NIGHT)
    return openpyxl.load_workbook(tmp_path / "new" / "lists.xlsx")


def only_row(book: openpyxl.Workbook, sheet: str) -> dict[str, object]:
    headings, row = book[sheet].iter_rows(values_only=True)
    return dict(zip((str(heading) for heading in headings), row, strict=True))


def test_the_workbook_holds_lettered_values_under_the_headings(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == ["List_1", "List_2", "Notes"]
    first, second = only_row(book, "List_1"), only_row(book, "List_2")
    assert list(first) == LIST_1
    assert first | {"Date of birth": "01/05/2014", "Date EHC plan last reviewed": "15/01/2025"} == first
    assert [first[h] for h in ("Gender", "Ethnicity", "Elective home education")] == ["a) Male", "a) WBRI", "b) No"]
    assert [first[h] for h in ("Suspensions", "Permanent exclusions", "Absence", "Pupil Premium")] == [1, 0, 12.5, None]
    assert first["Which children's social care team?"] == "Children in need"
    assert second["SEN primary need"] == "f) SLCN"
    assert second["Subsidiary education establishment – phase (dual registration)"] == (
        "h) Pupil referral unit/Alternative provision"
    )


def test_a_code_without_a_letter_and_a_formula_come_out_as_plain_text(book: openpyxl.Workbook) -> None:
    first = only_row(book, "List_1")
    assert first["SEN primary need"] == "DS"
    assert first["Main education establishment – URN"] == "'=1+1"
    assert first["UPN"] == "P207"
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}


def test_the_notes_say_position_source_and_what_is_blank(book: openpyxl.Workbook) -> None:
    notes = [row for row in book["Notes"].iter_rows(values_only=True) if any(row)]
    said = {(row[0], row[1]): row for row in notes}
    assert ("Position", "31/01/2025") in said
    assert ("Six months", "01/08/2024 to 31/01/2025") in said
    assert said["List_1", "Pupil Premium"][2:] == (0, 1, "No source holds it: left blank.")
    assert said["List_1", "Gender"][2:4] == (1, 0)


def test_a_workbook_is_its_owners_alone_and_replaces_the_one_before(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    target = tmp_path / "lists.xlsx"
    target.write_bytes(b"older")
    result = write_lists(con, target, area="857", as_of=NIGHT)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [target]
    assert result.rows == {"list_1": 1, "list_2": 1}
    assert "Pupil Premium" in result.blank["list_1"]
    assert len(openpyxl.load_workbook(target)["List_1"]["A"]) == 2


@given(st.text(max_size=40))
@example("\x0b=1")
@example("\ufffe")
def test_no_text_is_printed_as_a_formula_or_breaks_the_workbook(text: str) -> None:
    item = next(item for item in DEFINITION.module("list_1").items if item.tag == "UPN")
    shown = printed(text, item, DEFINITION)
    assert isinstance(shown, str)
    assert not shown.startswith(("=", "+", "-", "@", "\t", "\r"))
    etree.Element("t").text = shown  # lxml, which writes the sheets, refuses what cannot stand in XML
