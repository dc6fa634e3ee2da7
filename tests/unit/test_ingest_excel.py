"""Excel workbooks: sheets known by their headings, cells as text, and what is no plain workbook refused in words."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from area.errors import FileRefusedError
from ingest.contract.model import Table, load_contract
from ingest.formats import SourceFile, excel_package
from ingest.formats.excel import read as read_workbook
from ingest.landing.delivery import record_json
from tests.support.ingest_files import ReadResult, read_bytes
from tests.support.taking_in import hand_in

FEED = "annex_a"
CONTRACT = load_contract(FEED)
CASES = CONTRACT.layouts_of("annex_a_child_in_need")[-1]  # the oldest: Gender
HEADINGS = [field.source for field in CASES.fields]
CASE = {
    "Child Unique ID": "K1",
    "Gender": "a) Male",
    "Date of Birth": dt.date(2015, 3, 4),
    "Age of Child (Years)": 9,
    "CIN Start Date": "06/05/2024",
    "Case Status": "b) Child Protection Plan",
}
Sheet = Sequence[Sequence[Any]]


def workbook(sheets: Mapping[str, Sheet], *, hidden: Sequence[str] = ()) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        sheet.sheet_state = "hidden" if name in hidden else "visible"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cases(*rows: Mapping[str, Any], headings: Sequence[str] = HEADINGS) -> Sheet:
    return [headings, *([row.get(name) for name in headings] for row in rows)]


def read(folder: Path, content: bytes, table: str = CASES.name) -> ReadResult:
    return read_bytes(folder, FEED, content, name="annex_a_20250131.xlsx", table=table)


def refused(folder: Path, content: bytes) -> str:
    with pytest.raises(FileRefusedError) as caught:
        read(folder, content)
    assert "K1" not in str(caught.value)
    return str(caught.value)


def test_a_sheet_is_known_by_its_headings_wherever_they_begin(tmp_path: Path) -> None:
    sheet = [["List 6 of the inspection"], [], *cases(CASE)]
    result = read(tmp_path, workbook({"Cover": [["Council"], ["x", "y", "z", "w"]], "Blatt 3": sheet}))
    row = result.rows[0]
    assert (row["child_id"], row["birth_date"], row["age"], row["_row"]) == ("K1", "04/03/2015", "9", 4)
    assert (row["start_date"], row["closure_date"]) == ("06/05/2024", None)


def test_every_list_of_both_layouts_is_told_from_the_others(tmp_path: Path) -> None:
    values = {"date": "04/03/2015", "integer": 3, "text": "a"}
    for year in (2025, 2026):
        tables = CONTRACT.tables_of_year(year)
        sheets: dict[str, Sheet] = {
            str(place): [[f.source for f in table.fields], [values[f.kind] for f in table.fields]]
            for place, table in enumerate(tables)
        }
        path = tmp_path / f"{year}.xlsx"
        path.write_bytes(workbook(sheets))
        found = {rows.table.name: rows for rows in read_workbook(SourceFile(path, "lists.xlsx", CONTRACT))}
        assert [rows.cells.num_rows for rows in found.values()] == [1] * 11
        assert not any(rows.missing_columns for rows in found.values())
        assert {rows.table.year for rows in found.values()} == {2015 if year == 2025 else 2026}


def test_headings_of_another_spelling_and_of_nobody(tmp_path: Path) -> None:
    headings = [name.upper().replace(" ", "\n", 1) for name in HEADINGS] + ["Ward"]
    row = {name: CASE.get(old or "") for name, old in zip(headings, [*HEADINGS, None], strict=True)}
    result = read(tmp_path, workbook({"6": cases({**row, "Ward": "North"}, headings=headings)}))
    assert result.rows[0]["case_status"] == "b) Child Protection Plan"


def test_a_formula_is_its_own_text(tmp_path: Path) -> None:
    bad = {**CASE, "Child Unique ID": "K2", "Age of Child (Years)": "=1+1"}
    result = read(tmp_path, workbook({"6": cases(CASE, {**CASE, "Child Unique ID": "=A2"}, bad)}))
    assert [row["child_id"] for row in result.rows] == ["K1", "=A2"]
    assert result.reasons == [(4, "BAD_INTEGER", "age")]
    assert "=1+1" in result.quarantined[0]["original_text"]


def test_a_day_that_is_a_number_is_no_date(tmp_path: Path) -> None:
    result = read(tmp_path, workbook({"6": cases(CASE, {**CASE, "Child Unique ID": "K2", "Date of Birth": 42067})}))
    assert result.reasons == [(3, "BAD_DATE", "birth_date")]


def test_hidden_sheets_count_only_where_no_visible_one_has_the_list(tmp_path: Path) -> None:
    old = cases({**CASE, "Child Unique ID": "OLD"})
    both = read(tmp_path / "both", workbook({"old": old, "6": cases(CASE)}, hidden=["old"]))
    assert [row["child_id"] for row in both.rows] == ["K1"]
    only = read(tmp_path / "only", workbook({"cover": [["x"]], "old": old}, hidden=["old"]))
    assert [row["child_id"] for row in only.rows] == ["OLD"]


def test_a_list_over_two_sheets_is_one_table_and_balances(tmp_path: Path) -> None:
    other = {**CASE, "Child Unique ID": "K2"}
    result = read(tmp_path, workbook({"a": cases(CASE, other), "b": cases(CASE, {**CASE, "Child Unique ID": None})}))
    balance = result.balance
    assert (balance.read, balance.loaded, balance.quarantined, balance.duplicate) == (4, 2, 1, 1)


def test_a_list_with_too_little_of_it_is_said_not_guessed(tmp_path: Path) -> None:
    without = [name for name in HEADINGS if name != "Child Unique ID"]
    said = refused(tmp_path, workbook({"cover": [["x"]], "6": cases(CASE, headings=without)}))
    assert "annex_a_child_in_need in sheet 2" in said
    assert "without Child Unique ID" in said
    assert "none" in refused(tmp_path, workbook({"x": [["a", "b", "c", "d"]]}))


def test_a_sheet_that_resembles_a_list_and_is_passed_over_is_named_the_first_time(tmp_path: Path) -> None:
    """Four headings of the list among ten of its own are too few to be read as the list."""
    other = [*HEADINGS[-4:], *(f"Our own column {number}" for number in range(10))]
    old: dict[str, Sheet] = {"6": cases(CASE)}
    odd = {**old, "Quennell": [other, ["Quennell"] * 14]}
    said = []
    for day, sheets in enumerate((old, odd, {**odd, "7": [["Child", "Name", "Notes", "x"]]})):
        content = workbook(sheets)
        (record,) = hand_in(tmp_path, FEED, {f"annex_a_2025013{day}.xlsx": content}).files
        assert (record.outcome, record.tables[CASES.name].loaded) == ("loaded", 1)
        assert "Quennell" not in json.dumps(record_json(record))
        said.append([(each.kind, each.table, each.said) for each in record.drift])
    words = f"sheet 2 has 4 of the headings of {CASES.name}, and was not read as it"
    assert said == [[], [("passed_over", CASES.name, words)], []]


def test_what_all_lists_have_in_common_makes_a_sheet_none_of_them(tmp_path: Path) -> None:
    """The child's number, sex, ethnicity, birth date and age are most of the shortest list, and of none alone."""
    contact = CONTRACT.tables[0]
    common = [field.source for field in contact.fields[:5]]
    sheet: Sheet = [[*common, "Ward", "Notes"], ["K7", "a) Male", "a) WBRI", dt.date(2015, 3, 4), 9, "North", "x"]]
    result = read(tmp_path, workbook({"6": cases(CASE), "Our list": sheet}), table=contact.name)
    assert (result.rows, result.balance.passed_over) == (
        [],
        (f"sheet 2 has 5 of the headings of {contact.name}",),
    )


def test_batches_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.formats.excel.BATCH_ROWS", 10)
    path = tmp_path / "x.xlsx"
    path.write_bytes(workbook({"6": cases(*({**CASE, "Child Unique ID": f"K{n}"} for n in range(25)))}))
    own = [r for r in read_workbook(SourceFile(path, "x.xlsx", CONTRACT)) if r.table.name == CASES.name]
    assert [rows.cells.num_rows for rows in own] == [10, 10, 5]
    assert own[1].originals([0])[0].startswith("K10,")
    assert own[2].rows.to_pylist() == [22, 23, 24, 25, 26]


def repacked(content: bytes, **parts: bytes) -> bytes:
    """The workbook with parts replaced or added; `__` in a name stands for `/`, `_xml` for its ending."""
    out = io.BytesIO()
    named = {
        name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"): part for name, part in parts.items()
    }
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in named:
                new.writestr(name, old.read(name))
        for name, part in named.items():
            new.writestr(name, part)
    return out.getvalue()


GOOD = workbook({"6": cases(CASE)})
OLE = excel_package.OLD + b"\0" * 600


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "an empty file"),
        (b"Child Unique ID,Gender\n", "a file of another kind"),
        (OLE, "an old workbook (.xls)"),
        (OLE + excel_package.PASSWORD, "under a password"),
        (repacked(GOOD, xl__workbook_bin=b"x"), "binary workbook (.xlsb)"),
        (GOOD[: len(GOOD) // 2], "damaged or breaks off"),
        (GOOD.replace(b"xl/worksheets/sheet1.xml", b"xl/worksheets/sheet1.xmm"), "damaged"),
        (repacked(GOOD, xl__worksheets__sheet1_xml=b"<!DOCTYPE x [<!ENTITY a 'b'>]><worksheet/>"), "document type"),
        (repacked(GOOD, xl__sharedStrings_xml=b" " * 3_000_000), "zip bomb"),
        (repacked(GOOD, **{"..__evil_xml": b"<x/>"}), "climbs out"),
        (repacked(GOOD, xl__workbook_xml=b"<nonsense"), "damaged inside"),
    ],
)
def test_what_is_no_plain_workbook_is_refused_in_words(tmp_path: Path, content: bytes, said: str) -> None:
    assert said in refused(tmp_path, content)


def test_a_sheet_that_says_it_is_endless_is_refused_soon(tmp_path: Path) -> None:
    sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
    row = b'<row r="99999999"><c r="A99999999" t="inlineStr"><is><t>K1</t></is></c></row>'
    content = repacked(GOOD, xl__worksheets__sheet1_xml=sheet % row)
    assert "none" in refused(tmp_path, content)


TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=12
)
DAY = st.dates(dt.date(1900, 3, 1), dt.date(2100, 1, 1))


@given(
    order=st.permutations(HEADINGS),
    values=st.lists(
        st.tuples(TEXT.filter(lambda t: t.strip() and t[0] not in "=_"), DAY, st.integers(0, 200)),
        max_size=5,
        unique_by=lambda v: v[0],
    ),
)
@settings(max_examples=25, deadline=None)
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, order: list[str], values: list[tuple[str, dt.date, int]]
) -> None:
    rows = [{**CASE, "Child Unique ID": k, "Date of Birth": d, "Age of Child (Years)": n} for k, d, n in values]
    result = read(tmp_path_factory.mktemp("any"), workbook({"6": cases(*rows, headings=order)}))
    found = [(row["child_id"], row["birth_date"], row["age"]) for row in result.rows]
    assert found == [(k, d.strftime("%d/%m/%Y"), str(n)) for k, d, n in values]


@given(cut=st.integers(0, len(GOOD)), at=st.integers(0, len(GOOD) - 1), byte=st.integers(0, 255))
@settings(max_examples=60, deadline=None)
def test_a_damaged_workbook_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, cut: int, at: int, byte: int
) -> None:
    content = bytearray(GOOD[:cut] if cut % 3 == 0 else GOOD)
    if at < len(content):
        content[at] = byte
    folder = tmp_path_factory.mktemp("damaged")
    try:
        result = read(folder, bytes(content))
    except FileRefusedError:
        return
    balance = result.balance
    assert balance.read == balance.loaded + balance.quarantined + balance.duplicate


def test_the_table_of_a_year() -> None:
    new: Table = CONTRACT.layouts_of(CASES.name)[0]
    assert (CASES.field("sex").source, new.field("sex").source) == ("Gender", "Sex")
