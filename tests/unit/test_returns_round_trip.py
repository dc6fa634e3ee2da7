"""Write then read gives the same tables, for any return of any year: as XML, as COLLECT's CSV files, as a workbook."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from area.settings import load_settings
from returns.definition.load import defined_years, load_definition
from returns.definition.model import SOURCE_COLUMNS, Definition, Item, Module
from returns.definition.tables import create_tables
from returns.kinds import SEN2
from returns.sen2.files.collect_csv import read_collect_csv, write_collect_csv
from returns.sen2.files.workbook import write_workbook
from returns.sen2.xml.reader import ReadResult, read_sen2
from returns.sen2.xml.writer import write_sen2

YEARS = defined_years(SEN2)
NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
Rows = dict[str, list[dict[str, Any]]]

odd = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    st.text(st.sampled_from("<>&'\"]]>,; \t\r\n\x00\x1b\ufffe\ufeff=+-@é漢𝄞"), max_size=8),
    st.sampled_from(["&amp;", "<!--", "]]>", "<a/>", "null", "NULL", "0", "&#0;", "=1+1", "#N/A", "@x", '"', "1.0"]),
)


def values(definition: Definition, item: Item) -> st.SearchStrategy[Any]:
    some: st.SearchStrategy[Any]
    match item.type:
        case "text":
            some = odd.map(lambda text: text[: item.length])
        case "code" | "la":
            some = st.one_of(odd, st.sampled_from(["Y", "931", "XXX"]))
        case "date":
            some = st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31))
        case "datetime":
            some = st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2100, 1, 1)).map(without_fraction)
        case "year":
            some = st.just(definition.year)
        case _:
            some = st.integers(0, 99)
    return some if item.need == "mandatory" and item in definition.module("header").items else st.none() | some


def without_fraction(at: dt.datetime) -> dt.datetime:
    return at.replace(microsecond=0)


@st.composite
def returns(draw: st.DrawFn, definition: Definition) -> Rows:
    """Rows of every module, keys numbered in the order of the document."""
    rows: Rows = {name: [] for name in definition.modules}

    def add(module: Module, parent: str | None) -> None:
        row: dict[str, Any] = {item.column: draw(values(definition, item)) for item in module.items}
        number = len(rows[module.name]) + 1
        key = f"{number:08d}"
        row |= {str(module.key): key} if module.key else {}
        row |= {str(definition.parent_key(module)): parent} if parent else {}
        row |= dict.fromkeys(module.extra_columns, number)
        rows[module.name].append(row)
        for child in (definition.module(held) for held in module.holds if isinstance(held, str)):
            for _ in range(draw(st.integers(0, min(child.most or 3, 3)))):
                add(child, key)

    add(definition.module("header"), None)
    for _ in range(draw(st.integers(1, 3))):
        add(definition.module("person"), None)
    for item in definition.module("header").items:
        if item.type == "text" and blank(rows["header"][0][item.column]):
            rows["header"][0][item.column] = "x"
        elif item.need == "mandatory" and blank(rows["header"][0][item.column]):
            rows["header"][0][item.column] = "Y"
    return rows


def blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip(" \t\r\n"))


def as_read(value: object) -> object:
    """What the reader must give for a value: blank is absent, what XML cannot hold is marked."""
    if blank(value):
        return None
    return NOT_XML.sub("\ufffd", value) if isinstance(value, str) else value


def rows_as(rows: list[dict[str, Any]], columns: list[str], change: Any) -> list[tuple[object, ...]]:
    return [tuple(change(row.get(column)) for column in columns) for row in rows]


def tables_of(read: ReadResult, definition: Definition) -> dict[str, list[tuple[object, ...]]]:
    """The rows of each module by key, without where they came from."""
    found = {}
    for name, module in definition.modules.items():
        order = f"order by {module.key}" if module.key else ""
        listed = ", ".join(f'"{column}"' for column in own_columns(definition, module))
        found[name] = read.con.execute(f"select {listed} from returns.{module.table} {order}").fetchall()
    return found


def own_columns(definition: Definition, module: Module) -> list[str]:
    return [column for column in definition.columns(module) if column not in SOURCE_COLUMNS]


def loaded(definition: Definition, rows: Rows) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    create_tables(con, definition)
    for name, module in definition.modules.items():
        if rows[name]:
            con.register(
                "rows", pa.table({column: [row.get(column) for row in rows[name]] for column in rows[name][0]})
            )
            con.execute(f"insert into returns.{module.table} by name from rows")
    return con


@pytest.mark.parametrize("year", YEARS)
def test_write_then_read_gives_the_same_tables(tmp_path_factory: pytest.TempPathFactory, year: int) -> None:
    definition = load_definition(SEN2, year)
    setting = load_settings("931", collection=year)

    @given(returns(definition))
    @settings(
        max_examples=4,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
    )
    def round_trip(rows: Rows) -> None:
        folder = tmp_path_factory.mktemp("round")
        con = loaded(definition, rows)
        columns = {name: own_columns(definition, module) for name, module in definition.modules.items()}

        first = write_sen2(con, folder / "1.xml", year=year, settings=setting)
        read = read_sen2(first.path, year=year)
        assert tables_of(read, definition) == {n: rows_as(rows[n], columns[n], as_read) for n in rows}
        assert (read.rows, read.unknown_elements) == (first.rows, 0)
        second = write_sen2(read.con, folder / "2.xml", year=year, settings=setting)
        assert second.sha256 == first.sha256
        read.con.close()

        files = write_collect_csv(con, folder / "set", year=year, exported_on=dt.date(2025, 3, 1))
        flat = read_collect_csv(folder / "set")
        assert tables_of(flat, definition) == {n: rows_as(rows[n], columns[n], as_present) for n in rows}
        assert (flat.rows, flat.unknown_elements) == (files.rows, 0)
        flat.con.close()

        write_workbook(con, folder / "return.xlsx", year=year)
        check_workbook(folder / "return.xlsx", definition, rows)
        con.close()

    round_trip()


def as_present(value: object) -> object:
    return None if blank(value) else value


def check_workbook(path: Path, definition: Definition, rows: Rows) -> None:
    """Every table of the sheet holds the rows of its module, and no cell is a formula."""
    sheet = openpyxl.load_workbook(path)["Data Entry Template"]
    lines = list(sheet.iter_rows())
    at = 0
    for name, module in definition.modules.items():
        items = [item.column for item in module.items]
        titles = [cell.value for cell in lines[at + 1] if cell.value is not None]
        assert titles[-len(items) :] == [item.template or item.title for item in module.items]
        ids = len(titles) - len(items)
        for row, line in zip(rows[name], lines[at + 2 :], strict=False):
            assert {cell.data_type for cell in line} <= {"s", "n"}
            got = [cell.value for cell in line[ids : len(titles)]]
            assert got == [in_cell(row[column]) for column in items]
        at += 2 + len(rows[name]) + 2


def in_cell(value: object) -> object:
    value = as_read(value)
    if isinstance(value, dt.datetime):
        return value.isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, dt.date) else value
