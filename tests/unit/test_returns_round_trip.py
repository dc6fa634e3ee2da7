"""Write then read gives the same tables, for any return."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from area.settings import load_settings
from returns.definition.load import load_definition
from returns.definition.model import SOURCE_COLUMNS, Item, Module
from returns.definition.tables import create_tables
from returns.kinds import SEN2
from returns.sen2.xml.reader import read_sen2
from returns.sen2.xml.writer import write_sen2

DEFINITION = load_definition(SEN2, 2025)
SETTINGS = load_settings("931", collection=2025)
NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
Rows = dict[str, list[dict[str, Any]]]

odd = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    st.text(st.sampled_from("<>&'\"]]>; \t\r\n\x00\x1b\ufffe=é漢𝄞"), max_size=8),
    st.sampled_from(["&amp;", "<!--", "]]>", "<a/>", "null", "NULL", "0", "&#0;"]),
)


def values(item: Item) -> st.SearchStrategy[Any]:
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
            some = st.integers(1000, 9999)
        case _:
            some = st.integers(0, 99)
    return some if item.need == "mandatory" and item in DEFINITION.module("header").items else st.none() | some


def without_fraction(at: dt.datetime) -> dt.datetime:
    return at.replace(microsecond=0)


@st.composite
def returns(draw: st.DrawFn) -> Rows:
    """Rows of every module, keys numbered in the order of the document."""
    rows: Rows = {name: [] for name in DEFINITION.modules}

    def add(module: Module, parent: str | None) -> None:
        row: dict[str, Any] = {item.column: draw(values(item)) for item in module.items}
        number = len(rows[module.name]) + 1
        key = f"{number:08d}"
        row |= {str(module.key): key} if module.key else {}
        row |= {str(DEFINITION.parent_key(module)): parent} if parent else {}
        row |= dict.fromkeys(module.extra_columns, number)
        rows[module.name].append(row)
        for child in (DEFINITION.module(held) for held in module.holds if isinstance(held, str)):
            for _ in range(draw(st.integers(0, min(child.most or 3, 3)))):
                add(child, key)

    add(DEFINITION.module("header"), None)
    for _ in range(draw(st.integers(1, 3))):
        add(DEFINITION.module("person"), None)
    for item in DEFINITION.module("header").items:
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


@given(returns())
@settings(max_examples=35, deadline=None, suppress_health_check=list(HealthCheck))
def test_write_then_read_gives_the_same_tables(tmp_path_factory: Any, rows: Rows) -> None:
    folder: Path = tmp_path_factory.mktemp("round")
    con = duckdb.connect()
    create_tables(con, DEFINITION)
    for name, module in DEFINITION.modules.items():
        if rows[name]:
            con.register(
                "rows", pa.table({column: [row.get(column) for row in rows[name]] for column in rows[name][0]})
            )
            con.execute(f"insert into returns.{module.table} by name from rows")
    first = write_sen2(con, folder / "1.xml", year=2025, settings=SETTINGS)
    read = read_sen2(first.path, year=2025)
    for name, module in DEFINITION.modules.items():
        columns = [column for column in DEFINITION.columns(module) if column not in SOURCE_COLUMNS]
        listed = ", ".join(f'"{column}"' for column in columns)
        order = f"order by {module.key}" if module.key else ""
        got = read.con.execute(f"select {listed} from returns.{module.table} {order}").fetchall()
        assert got == [tuple(as_read(row.get(column)) for column in columns) for row in rows[name]]
    assert read.rows == first.rows
    assert read.unknown_elements == 0
    second = write_sen2(read.con, folder / "2.xml", year=2025, settings=SETTINGS)
    assert second.sha256 == first.sha256
    read.con.close()
    con.close()
