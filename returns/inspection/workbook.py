"""The Excel file inspectors ask for: a sheet a list, and one of notes that says where each column comes from."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from area.files import written_whole
from returns.cells import plain_cell
from returns.definition.load import load_definition, year_for
from returns.definition.model import Definition, Item, Module
from returns.definition.tables import SCHEMA
from returns.kinds import AREA_INSPECTION

BATCH = 5_000
WIDTH = 18
# Characters XML has no way to write, and so no workbook.
NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
Cell = str | int | float | None


@dataclass(frozen=True)
class ListsResult:
    """A written workbook."""

    file: Path
    rows: dict[str, int]
    """Rows by list."""
    blank: dict[str, tuple[str, ...]]
    """Headings that are blank in every row, by list; those of a list without rows are not given."""


def write_lists(con: duckdb.DuckDBPyConnection, target: Path, *, area: str, as_of: dt.date) -> ListsResult:
    """Write the lists of `area` as of the night `as_of` from schema `returns` to `target`, readable by its owner alone.

    Headings are the definition's, in its order. A code is printed as the lettered text of its list, a code without one
    as it is; a date as DD/MM/YYYY; counts and percentages as numbers; all else as text that no spreadsheet runs as a
    formula. Rows are in the order of the unique id. A file that is there is replaced as a whole.
    """
    year = year_for(AREA_INSPECTION, collection=as_of.year, as_of=as_of)
    definition = load_definition(AREA_INSPECTION, year).on(as_of)
    book = Workbook(write_only=True)
    filled: dict[str, list[tuple[Item, int]]] = {}
    rows: dict[str, int] = {}
    for module in definition.modules.values():
        rows[module.name], filled[module.name] = _counts(con, module)
        _write_sheet(book, module.element, [item.tag for item in module.items], _rows(con, definition, module))
    notes = list(_notes(definition, area=area, rows=rows, filled=filled))
    _write_sheet(book, "Notes", notes[0], notes[1:], widths=(34, 62, 10, 10, 100))
    target.parent.mkdir(parents=True, exist_ok=True)
    with written_whole(target) as file:
        book.save(file)
    blank = {
        name: tuple(item.tag for item, count in items if not count) for name, items in filled.items() if rows[name]
    }
    return ListsResult(file=target, rows=rows, blank=blank)


def printed(value: Any, item: Item, definition: Definition) -> Cell:
    """A value of the list's table as the workbook shows it."""
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, dt.date):
        return f"{value:%d/%m/%Y}"
    if item.codes:
        value = definition.codes[item.codes].get(value, value)
    return _plain(str(value))


def _plain(text: str) -> str:
    return plain_cell(NOT_IN_XML.sub("", text))


def _counts(con: duckdb.DuckDBPyConnection, module: Module) -> tuple[int, list[tuple[Item, int]]]:
    """Rows of the list, and in how many of them each item holds something."""
    counts = ", ".join(f'count("{item.column}")' for item in module.items)
    row = con.execute(f"select count(*), {counts} from {SCHEMA}.{module.table}").fetchone() or (0,)
    return row[0], list(zip(module.items, row[1:], strict=True))


def _rows(con: duckdb.DuckDBPyConnection, definition: Definition, module: Module) -> Iterator[list[Cell]]:
    columns = ", ".join(f'"{item.column}"' for item in module.items)
    found = con.execute(f"select {columns} from {SCHEMA}.{module.table} order by unique_id")
    while batch := found.fetchmany(BATCH):
        for row in batch:
            yield [printed(value, item, definition) for value, item in zip(row, module.items, strict=True)]


def _notes(
    definition: Definition, *, area: str, rows: dict[str, int], filled: dict[str, list[tuple[Item, int]]]
) -> Iterator[Sequence[Cell]]:
    yield ("What", "", "Filled", "Blank", "Where it comes from")
    yield ("Lists", definition.title)
    yield ("Local authority", area)
    yield ("Position", f"{definition.census_date:%d/%m/%Y}")
    yield ("Six months", f"{definition.period_start:%d/%m/%Y} to {definition.period_end:%d/%m/%Y}")
    yield ("Unique ID", "A pseudonym made for these lists, the same in both; the council can say whose it is.")
    if definition.standing:
        yield ("How sure", definition.standing)
    for module in definition.modules.values():
        yield ()
        yield (module.element, f"{module.title}: {rows[module.name]}")
        for item, count in filled[module.name]:
            yield (module.element, item.tag, count, rows[module.name] - count, item.when)


def _write_sheet(
    book: Workbook,
    title: str,
    headings: Sequence[Cell],
    rows: Iterator[Sequence[Cell]] | Sequence[Sequence[Cell]],
    *,
    widths: Sequence[int] = (),
) -> None:
    sheet: Any = book.create_sheet(title)  # the stubs do not know a write-only sheet
    for number in range(len(headings)):
        width = widths[number] if widths else WIDTH
        sheet.column_dimensions[get_column_letter(number + 1)].width = width
    sheet.freeze_panes = "A2"
    sheet.append([_bold(sheet, heading) for heading in headings])
    for row in rows:
        sheet.append(row)


def _bold(sheet: Any, text: Cell) -> Any:
    cell = WriteOnlyCell(sheet, value=text)
    cell.font = Font(bold=True)
    return cell
