"""The SSDA903: all tables by their columns in any order, years by what they know, and the same return as XML."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from area.errors import FileRefusedError
from ingest.contract.model import Table, load_contract
from ingest.formats import SourceFile, format_of
from ingest.formats.csv_header import bind_header
from sandbox.make import make_area
from sandbox.writers.folder import csv_paths
from tests.support.ingest_files import ReadResult, read_bytes
from tests.support.s903_xml import s903_xml

FEED = "ssda903"
CONTRACT = load_contract(FEED)
ONLY_CSV = {"s903_sw_episodes", "s903_dolo"}
ALSO_XML = [table.name for table in CONTRACT.tables if table.name not in ONLY_CSV]
HEADER = {"CHILD": "K1", "SEX": "F", "DOB": "04/03/2012", "ETHNIC": "WBRI", "UPN": "UN1", "MOTHER": "0"}
EPISODE = {
    "CHILD": "K1",
    "DECOM": "01/02/2024",
    "RNE": "S",
    "LS": "C2",
    "CIN": "N2",
    "PLACE": "U1",
    "DEC": "01/03/2024",
}


def headings(table: Table) -> list[str]:
    return [field.source for field in table.fields]


def read(folder: Path, content: bytes, table: str, *, name: str = "whatever.txt") -> ReadResult:
    return read_bytes(folder, FEED, content, name=name, table=table)


def line(table: Table) -> bytes:
    values = {"text": "K1", "date": "04/03/2012", "integer": "7"}
    return ",".join(field.codes[0] if field.codes else values[field.kind] for field in table.fields).encode()


@pytest.mark.parametrize("table", CONTRACT.tables, ids=lambda table: table.name)
def test_every_table_of_the_set_is_known_by_its_columns(tmp_path: Path, table: Table) -> None:
    content = ",".join(headings(table)).encode() + b"\n" + line(table) + b"\n"
    result = read(tmp_path, content, table.name)
    assert (result.balance.read, result.balance.loaded) == (1, 1)


@given(
    order=st.permutations(headings(CONTRACT.table("s903_episodes"))), mark=st.booleans(), end=st.sampled_from("\n\r")
)
@settings(max_examples=25, deadline=None)
def test_the_columns_may_come_in_any_order_and_with_a_byte_order_mark(
    tmp_path_factory: pytest.TempPathFactory, order: list[str], mark: bool, end: str
) -> None:
    ending = "\r\n" if end == "\r" else "\n"
    text = ending.join([",".join(order), ",".join(EPISODE.get(name, "") for name in order), ""])
    found = read(tmp_path_factory.mktemp("any"), text.encode("utf-8-sig" if mark else "utf-8"), "s903_episodes")
    row = found.rows[0]
    assert {name: row[name.lower()] for name in EPISODE} == EPISODE


def test_small_letters_are_not_wrong_and_stay(tmp_path: Path) -> None:
    names = headings(CONTRACT.table("s903_episodes"))
    row = {**EPISODE, "PLACE": "u1", "LS": "c2"}
    result = read(tmp_path, f"{','.join(names)}\n{','.join(row.get(n, '') for n in names)}\n".encode(), "s903_episodes")
    assert (result.rows[0]["place"], result.rows[0]["ls"]) == ("u1", "c2")


def test_another_encoding_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefusedError, match="UTF"):
        read(tmp_path, ",".join(headings(CONTRACT.table("s903_header"))).encode("utf-16"), "s903_header")


def test_each_year_has_its_tables_and_codes() -> None:
    tables = {year: {table.name: table for table in CONTRACT.tables_of_year(year)} for year in range(2022, 2029)}
    assert [len(tables[year]) for year in (2022, 2023, 2024, 2025, 2026, 2027, 2028)] == [10, 10, 11, 11, 11, 12, 12]
    places = {year: set(tables[year]["s903_episodes"].field("place").codes) for year in tables}
    assert places[2023] ^ places[2024] == {"K3"}
    assert places[2025] == places[2024]
    assert (places[2026] - places[2025], places[2025] - places[2026]) == (
        {"Z11", "Z12", "Z13", "Z14"},
        {"Z1", "H5", "P2"},
    )
    sex = {year: tables[year]["s903_uasc"].field("sex").codes for year in tables}
    assert (sex[2024], sex[2025]) == (("1", "2"), ("M", "F", "U"))


@pytest.mark.parametrize(("name", "year"), [("header_2024.csv", 2024), ("header 2022-23.csv", 2023), ("h.csv", 2027)])
def test_years_with_the_same_columns_are_told_apart_by_the_name(name: str, year: int, tmp_path: Path) -> None:
    file = SourceFile(tmp_path / "x", name, CONTRACT)
    assert bind_header(file, headings(CONTRACT.table("s903_header"))).table.year == year


@pytest.fixture(scope="module")
def area(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("area")
    make_area("857", out, seed=3, clean=True)
    return out


def test_the_return_as_xml_gives_the_rows_of_the_csv_set(area: Path, tmp_path: Path) -> None:
    files = {t: area / p for t, p in csv_paths(dt.date(2025, 1, 31)).items() if t.startswith("s903_")}
    tables = {
        name.removeprefix("s903_"): list(csv.DictReader(path.open(encoding="utf-8"))) for name, path in files.items()
    }
    content = s903_xml(tables)
    seen = 0
    for name, path in files.items():
        if name in ONLY_CSV:
            continue
        said = read(tmp_path / name, path.read_bytes(), name).rows
        as_xml = read(tmp_path / name, content, name, name="return.xml")
        assert as_xml.balance.ignored_columns == (), name
        told = as_xml.rows
        plain = [sorted(tuple((k, v) for k, v in row.items() if k[0] != "_") for row in rows) for rows in (said, told)]
        assert plain[0] == plain[1], name
        seen += len(said)
    assert seen > 250
    assert read(tmp_path / "sw", content, "s903_sw_episodes").balance.read == 0


def test_a_row_of_the_xml_is_named_by_its_line(tmp_path: Path) -> None:
    content = s903_xml({"header": [HEADER], "episodes": [EPISODE, {**EPISODE, "DECOM": "31/02/2024"}]})
    result = read(tmp_path, content, "s903_episodes")
    assert len(result.rows) == 1
    (number, reason, field), *rest = result.reasons
    assert (reason, field, rest) == ("BAD_DATE", "decom", [])
    assert content.decode().split("\n")[number - 1].strip() == "<EPISODE>"
    assert "31/02/2024" in result.quarantined[0]["original_text"]


def test_elements_nobody_reads_are_named_once(tmp_path: Path) -> None:
    content = s903_xml({"header": [HEADER], "episodes": [EPISODE]}).replace(b"<DECOM>", b"<WARD>North</WARD><DECOM>")
    content = content.replace(b"</HEADER>", b"<NEWS><PART>1</PART></NEWS></HEADER><EXTRA/>")
    named = {name: read(tmp_path / name, content, name).balance.ignored_columns for name in ALSO_XML}
    assert {name: said for name, said in named.items() if said} == {
        "s903_header": ("EXTRA", "NEWS"),
        "s903_episodes": ("WARD",),
    }


def test_a_child_is_in_the_tables_its_header_tells_of_and_in_no_other(tmp_path: Path) -> None:
    tables = {
        "header": [HEADER, {**HEADER, "CHILD": "K2"}],
        "episodes": [EPISODE],
        "uasc": [{"CHILD": "K2", "SEX": "F", "DOB": HEADER["DOB"], "DUC": "01/05/2024"}],
        "oc3": [{"CHILD": "K1", "DOB": HEADER["DOB"], "IN_TOUCH": "YES", "ACTIV": "F2", "ACCOM": "U1"}],
    }
    found = {name: read(tmp_path / name, s903_xml(tables), name) for name in ("s903_uasc", "s903_oc3", "s903_ad1")}
    assert [row["child"] for row in found["s903_uasc"].rows] == ["K2"]
    assert [(row["child"], row["accom"]) for row in found["s903_oc3"].rows] == [("K1", "U1")]
    assert found["s903_ad1"].balance.read == 0


def test_a_child_that_cannot_be_read_is_held_back_once_a_table_of_its_own(tmp_path: Path) -> None:
    content = s903_xml({"header": [HEADER], "episodes": [EPISODE]}).replace(
        b"<SEX>F</SEX>", b"<SEX>F</SEX><SEX>M</SEX>"
    )
    held = {name: read(tmp_path / name, content, name).balance for name in ("s903_header", "s903_episodes", "s903_oc3")}
    assert [held[name].quarantined for name in held] == [1, 1, 0]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<Message></Message>", "root element EXPSSDA903"),
        (b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><EXPSSDA903/>", "document type"),
        (b"<EXPSSDA903><CHILD>", "well-formed"),
    ],
)
def test_another_xml_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(FileRefusedError, match=said):
        read(tmp_path, content, "s903_header")


def test_what_begins_as_xml_is_read_as_xml_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"\xef\xbb\xbf\n <EXPSSDA903></EXPSSDA903>")
    rows = list(format_of(CONTRACT)(SourceFile(path, "export.csv", CONTRACT)))
    assert {each.table.name for each in rows} == {table.name for table in CONTRACT.tables}
