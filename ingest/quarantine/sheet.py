"""Quarantined rows as a sheet to put right (Excel or CSV), and what was changed in one that comes back.

A sheet has a row's id, file, row number, reason and field, what was expected, the original text where the row has no
cells (it could not be read, or was dismissed), and the columns of its table. What comes back is taken from the last
alone. A value that a spreadsheet would run as a formula is written with an apostrophe before it in CSV, which is taken
off again.
"""

from __future__ import annotations

import csv
import datetime as dt
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils.exceptions import InvalidFileException

from area.call import CHECK_PATH, READABLE, called, unreadable
from area.errors import OverlayRefusedError
from area.files import written_text, written_whole
from ingest.contract.model import Table
from ingest.quarantine.entering import Wanted
from ingest.quarantine.fixes import FIX
from ingest.quarantine.rows import HeldRow, expected_of

ORIGINAL = "original text"
ABOUT = ("id", "file", "row", "reason", "field", "expected", ORIGINAL)
RUN_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
ENDINGS = (".xlsx", ".csv")


def write_sheet(path: Path, table: Table, rows: Sequence[HeldRow]) -> None:
    """Write the rows of one table to `path` (`.xlsx` or `.csv`), readable by its owner alone."""
    lines = [
        [
            *(row.id, row.file_name, str(row.row), row.reason, row.field or ""),
            expected_of(table, row.reason, row.field),
            row.original_text if row.cells is None else "",
            *((row.cells or {}).get(name) or "" for name in table.columns),
        ]
        for row in rows
    ]
    heading = [*ABOUT, *(_heading(table, name) for name in table.columns)]
    if path.suffix.lower() == ".csv":
        with written_text(path) as file:
            writer = csv.writer(file)
            writer.writerow(heading)
            writer.writerows([[_guarded(value) for value in line] for line in lines])
        return
    book = Workbook(write_only=True)
    sheet = book.create_sheet(table.name[:31])
    sheet.freeze_panes = "B2"
    for line in [heading, *lines]:
        sheet.append([_text_cell(sheet, value) for value in line])
    with written_whole(path) as target:
        book.save(target)


def changed_rows(
    path: Path, held: Mapping[str, HeldRow], tables: Mapping[str, Table], *, by: str, reason: str
) -> list[Wanted]:
    """A fix for each row of the sheet whose cells differ from what was read of it. `held` is by id, `tables` by name.

    Raises OverlayRefusedError for a file that is no such sheet.
    """
    found: list[Wanted] = []
    for line, said in _lines(path):
        row = held.get(_text(said.get("id")))
        if row is None:
            raise OverlayRefusedError(
                path.name, field="id", expected="the id of a row that is held back now", came="another", line=line
            )
        cells: dict[str, str | None] = {}
        table = tables[row.table]
        for field in table.fields:
            before = (row.cells or {}).get(field.name) or ""
            heading = _heading(table, field.name)
            if heading in said and (now := _text(said[heading], field.date_format)) != before:
                cells[field.name] = now
        if cells:
            found.append(Wanted(row.id, FIX, by, reason, cells, line))
    return found


def _heading(table: Table, column: str) -> str:
    """The heading of a table's column, with its table where the sheet has a column of that name of its own."""
    return f"{table.name}.{column}" if column in ABOUT else column


def _lines(path: Path) -> Iterator[tuple[int, dict[str, object]]]:
    try:
        rows = [list(row) for row in (_csv(path) if path.suffix.lower() == ".csv" else _excel(path))]
    except OSError as error:
        raise OverlayRefusedError(
            called(path), field="file", expected=READABLE, came=unreadable(error), do=CHECK_PATH
        ) from None
    except (ValueError, KeyError, csv.Error, zipfile.BadZipFile, InvalidFileException):
        raise OverlayRefusedError(
            path.name,
            field="file",
            expected=f"a sheet ({' or '.join(ENDINGS)})",
            came="a file that cannot be read as one",
        ) from None
    heading = [_text(name) for name in rows[0]] if rows else []
    if "id" not in heading or len(set(heading)) != len(heading):
        raise OverlayRefusedError(
            path.name, field="header", expected="the columns of `send quarantine export`", came="others", line=1
        )
    for line, row in enumerate(rows[1:], start=2):
        if any(row):
            yield line, dict(zip(heading, row, strict=False))


def _csv(path: Path) -> Iterator[Sequence[object]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file, strict=True):
            yield [_unguarded(value) for value in row]


def _excel(path: Path) -> Iterator[Sequence[object]]:
    if not path.is_file():
        raise FileNotFoundError(path.name)
    book = load_workbook(path, read_only=True, data_only=True)
    try:
        yield from book.worksheets[0].iter_rows(values_only=True)
    finally:
        book.close()


def _text(value: object, date_format: str | None = None) -> str:
    """A cell as text: a spreadsheet makes dates and numbers of what is typed."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.strftime(date_format or "%Y-%m-%d")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _text_cell(sheet: Any, value: str) -> Any:
    cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("\ufffd", value))
    cell.data_type = "s"  # a formula stays the text it is
    cell.number_format = "@"
    return cell


def _guarded(value: str) -> str:
    return f"'{value}" if value.startswith((*RUN_AS_FORMULA, "'")) else value


def _unguarded(value: str) -> str:
    return value[1:] if value.startswith("'") else value
