"""The tools London's councils clean their returns with read ours, and hold the same layouts of every year.

What may differ is listed with the reason: everything else is a fault of our contract or of our files.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from lxml import etree

from ingest.contract.model import load_contract
from sandbox.make import make_area
from tests.support.peer_liia import cin_schema, elements_with_text, read_lists, s903_columns

pytestmark = pytest.mark.slow

AREA, YEARS = "857", (2023, 2025, 2027)
HELD = range(2017, 2025)  # the years the peer holds layouts of
# Its map ends before the census told early help from other services of the council, and the ninth reason for closure.
NEWER_CODES = {
    ("List 1", "Contact Source"): "5D",
    ("List 3", "Referral Source"): "5D",
    ("List 6", "Reason for Closure"): "RC9",
}
SEX, SEX_BEFORE = "Sex", "Gender"  # since 2026; the peer has the lists as they were
HEADER = {
    "Collection", "DateTime", "LEA", "ReferenceDate", "Release", "SerialNo", "SoftwareCode", "SourceLevel", "Year",
}  # fmt: skip


@pytest.fixture(scope="module", params=YEARS)
def care(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, Path]:
    out = tmp_path_factory.mktemp(f"area{request.param}")
    make_area(AREA, out, clean=True, collection=request.param)
    return request.param, out / "sftp" / "care"


def workbook(care: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(next((care / "annex_a").glob("*.xlsx")))


def as_before(book: openpyxl.Workbook, target: Path) -> Path:
    """The workbook with the heading of the sex as it was."""
    for sheet in book.worksheets:
        for cell in sheet[1]:
            cell.value = SEX_BEFORE if cell.value == SEX else cell.value
    book.save(target)
    return target


def of_column(book: openpyxl.Workbook, name: str, column: str) -> list[str]:
    (sheet,) = [sheet for sheet in book.worksheets if sheet.title.startswith(f"{name} ")]
    headings, *rows = sheet.iter_rows(values_only=True)
    return [str(row[headings.index(column)]) for row in rows]


def test_the_inspection_lists_are_read_whole(care: tuple[int, Path], tmp_path: Path) -> None:
    year, folder = care
    book = workbook(folder)
    assert (SEX in [cell.value for cell in book.worksheets[0][1]]) is (year >= 2026)
    found = read_lists(as_before(book, tmp_path / "lists.xlsx"))
    ours = {" ".join(sheet.title.split()[:2]): sheet.max_row - 1 for sheet in book.worksheets}
    assert len(ours) >= 9
    assert {name: each.rows for name, each in found.items()} == ours
    unread = {(name, column): cells for name, each in found.items() for column, cells in each.unread.items()}
    assert unread.keys() <= NEWER_CODES.keys()
    for (name, column), cells in unread.items():
        assert cells == sum(NEWER_CODES[name, column] in value for value in of_column(book, name, column))


def test_a_list_that_is_not_right_is_not_read(care: tuple[int, Path], tmp_path: Path) -> None:
    """The peer looks: a date that is none, and a heading that is missing."""
    year, folder = care
    if year != 2025:
        pytest.skip("one year shows it")
    book = workbook(folder)
    contacts, cases = (book[title] for title in ("List 1 Contacts", "List 6 Children in need"))
    contacts.cell(2, [cell.value for cell in contacts[1]].index("Date of Contact") + 1).value = "soon"
    cases.cell(1, [cell.value for cell in cases[1]].index("CIN Start Date") + 1).value = "Begun"
    book.save(tmp_path / "lists.xlsx")
    found = read_lists(tmp_path / "lists.xlsx")
    assert found["List 1"].unread["Date of Contact"] == 1
    assert "List 6" not in found


@pytest.mark.parametrize("year", HELD)
def test_the_columns_of_the_903_are_those_of_every_year(year: int) -> None:
    tables = load_contract("ssda903").tables_of_year(year)
    ours = {table.name.removeprefix("s903_").replace("_", ""): {f.source for f in table.fields} for table in tables}
    ours |= {"socialworker": ours.pop("swepisodes")} if "swepisodes" in ours else {}
    assert ours == {name.lower(): set(columns) for name, columns in s903_columns(year).items()}


@pytest.mark.parametrize("year", HELD)
def test_every_element_of_the_national_cin_schema_is_read(year: int) -> None:
    tables = load_contract("cin_census").tables_of_year(year)
    ours = {field.source.rpartition("/")[2] for table in tables for field in table.fields}
    # Since 2024 the census says Sex (facts, extracts 5); the peer's schema of that year still has the element before.
    renamed = {"GenderCurrent"} if year >= 2024 else set()
    assert elements_with_text(cin_schema(year)) - ours == HEADER | renamed


def test_the_cin_census_is_valid_by_the_national_schema(care: tuple[int, Path]) -> None:
    """But for the sex's new name, and for a first protection plan: none before it is nought, which the guide allows."""
    year, folder = care
    census = etree.parse(str(next((folder / "cin").glob("*.xml"))))
    schema = etree.XMLSchema(cin_schema(min(year, max(HELD))))
    schema.validate(census)
    log: Any = schema.error_log
    told = {str(error.message) for error in log}
    known = ["NumberOfPreviousCPP': '0'", *(["Element 'Sex'"] if year >= 2024 else [])]
    assert told
    assert not {message for message in told if not any(each in message for each in known)}
