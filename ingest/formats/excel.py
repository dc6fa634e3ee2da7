"""Excel workbooks: every sheet that has the headings of a table, whatever it is called, as rows of text.

Nothing is computed: a formula is its own text, and what a program last made of it is not looked at. A date is written
as the contract's field has its dates; other values as Excel would show them without a number format. Blank or merged
rows above the headings, blank rows and sheets of other things are passed over; one that has some headings of a table
is named in the delivery.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import openpyxl
import pyarrow as pa

from area.errors import FileRefusedError
from ingest.contract.layouts import Fit, best_fit, fit, plain_heading
from ingest.contract.model import Contract, Field, Table
from ingest.formats import SourceFile, TableRows
from ingest.formats.excel_package import check_package

BATCH_ROWS: Final = 20_000
BATCH_LETTERS: Final = 8_000_000
MOST_ROWS: Final = 1_048_576  # of a sheet, blank ones included: Excel's own limit
MOST_COLUMNS: Final = 2_000
HEADING_WITHIN: Final = 25  # rows from the top
FEWEST_HEADINGS: Final = 3  # that must be a table's for a row to be taken for its headings
Cells = tuple[Any, ...]


@dataclass(frozen=True)
class _Sheet:
    """A sheet with headings of a table: which, where its headings end, whether people see it, and whether the
    headings are enough to read it as that table."""

    place: int
    heading_row: int
    fit: Fit
    hidden: bool
    is_table: bool

    @property
    def in_words(self) -> str:
        return f"sheet {self.place + 1} has {self.fit.found} of the headings of {self.fit.table.name}"


def read(file: SourceFile) -> Iterator[TableRows]:
    """The tables of a workbook, at most 20,000 rows at a time; `_row` is Excel's number of the row.

    A table may be spread over several sheets. A hidden sheet is read only where no visible one has its table. Raises
    FileRefusedError for anything but a plain .xlsx, one without any of the tables, and one with a sheet whose headings
    are those of a table but for some that must be there.
    """
    told = check_package(file)
    try:
        yield from _tables(file, told)
    except FileRefusedError:
        raise
    except Exception as error:
        kind = type(error).__name__
        file.refuse(expected="a workbook that can be read", came=f"one that is damaged inside ({kind})")


def _tables(file: SourceFile, told: int) -> Iterator[TableRows]:
    with warnings.catch_warnings(), file.path.open("rb") as opened:
        warnings.simplefilter("ignore")  # of styles and dates the parser passes over
        book = openpyxl.load_workbook(opened, read_only=True, data_only=False, keep_links=False)
        if len(book.worksheets) + len(book.chartsheets) < told:  # the parser passes over a sheet it cannot find
            file.refuse(
                expected=f"a workbook of {told} sheets, as it says", came="one that is damaged: a sheet is missing"
            )
        known = [found for place in range(len(book.worksheets)) if (found := _recognise(file, book, place))]
        sheets = [sheet for sheet in known if sheet.is_table]
        if not sheets:
            names = ", ".join(table.name for table in file.contract.tables)
            file.refuse(expected=f"a sheet with the headings of one of {names}", came="none")
        for table in file.contract.tables:
            alike = [sheet for sheet in known if sheet.fit.table.name == table.name]
            own = [sheet for sheet in alike if sheet.is_table]
            passed_over = tuple(sheet.in_words for sheet in alike if not sheet.is_table)
            for sheet in [s for s in own if not s.hidden] or own:
                for batch in _rows(file, book, sheet):
                    yield replace(batch, passed_over=passed_over)
            if not own:
                yield replace(_nothing(table), passed_over=passed_over)


def _recognise(file: SourceFile, book: Any, place: int) -> _Sheet | None:
    """The table a sheet holds, by the first row that has enough of its headings; else the table that the sheet
    resembles most, if it has some headings of one."""
    layouts = [each for table in file.contract.tables for each in file.contract.layouts_of(table.name)]
    hidden = book.worksheets[place].sheet_state != "visible"
    resembles: _Sheet | None = None
    for number, cells in _lines(file, book, place):
        if number > HEADING_WITHIN:
            break
        names = [" ".join(str(cell).split()) if cell is not None else "" for cell in cells]
        while names and not names[-1]:
            names.pop()
        if sum(map(bool, names)) < FEWEST_HEADINGS:
            continue
        best = best_fit(file.contract, layouts, names, file_name=file.name)
        if not (_is_heading(best, names) and _has_its_own(file.contract, best, layouts)):
            most = max((fit(file.contract, layout, names) for layout in layouts), key=lambda each: each.found)
            if most.found >= FEWEST_HEADINGS and (resembles is None or most.found > resembles.fit.found):
                resembles = _Sheet(place, number, most, hidden, is_table=False)
            continue
        if not best.good:
            lacks = ", ".join(best.missing) or "none of them"
            twice = f"; twice: {', '.join(best.twice)}" if best.twice else ""
            file.refuse(
                expected=f"the headings of {best.table.name} in sheet {place + 1}", came=f"without {lacks}{twice}"
            )
        return _Sheet(place, number, best, hidden, is_table=True)
    return resembles


def _is_heading(best: Fit, names: Sequence[str]) -> bool:
    """Whether a row is the headings of a table: it has half of the table's, or hardly any but the table's. What lists
    have in common (a child's number, sex, birth date) does not make another list one of ours."""
    said = sum(map(bool, names))
    return best.found >= FEWEST_HEADINGS and (2 * best.found >= len(best.table.fields) or 5 * best.found >= 4 * said)


def _has_its_own(contract: Contract, best: Fit, layouts: Sequence[Table]) -> bool:
    """Whether one of the table's headings is there that no other table of the feed has."""
    others = {
        plain_heading(contract, heading)
        for table in layouts
        if table.name != best.table.name
        for field in table.fields
        for heading in (field.source, *field.also)
    }
    there = (field for field, place in zip(best.table.fields, best.places, strict=True) if place is not None)
    return any(plain_heading(contract, field.source) not in others for field in there)


def _lines(file: SourceFile, book: Any, place: int) -> Iterator[tuple[int, Cells]]:
    """The rows of a sheet with their numbers. How large the sheet says it is does not matter."""
    sheet = book.worksheets[place]
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        if number > MOST_ROWS or len(cells) > MOST_COLUMNS:
            file.refuse(
                expected=f"sheets of at most {MOST_ROWS:,} rows and {MOST_COLUMNS:,} columns",
                came=f"sheet {place + 1}, which goes on beyond that",
            )
        yield number, cells


def _rows(file: SourceFile, book: Any, sheet: _Sheet) -> Iterator[TableRows]:
    nulls = {str(word) for word in file.contract.format.get("null_words", ())} | {""}
    table, places = sheet.fit.table, sheet.fit.places
    numbers: list[int] = []
    rows: list[list[str | None]] = []
    letters = 0
    for number, cells in _lines(file, book, sheet.place):
        if number <= sheet.heading_row:
            continue
        row = [
            _text(cells[place], field, nulls) if place is not None and place < len(cells) else None
            for field, place in zip(table.fields, places, strict=True)
        ]
        if all(value is None or value.isspace() for value in row):
            continue
        numbers.append(number)
        rows.append(row)
        letters += sum(len(value) for value in row if value is not None)
        if len(rows) >= BATCH_ROWS or letters >= BATCH_LETTERS:
            yield _batch(sheet.fit, numbers, rows)
            numbers, rows, letters = [], [], 0
    yield _batch(sheet.fit, numbers, rows)


def _nothing(table: Table) -> TableRows:
    return _batch(Fit(table, (None,) * len(table.fields), (), (), (), ()), [], [])


def _batch(fit: Fit, numbers: list[int], rows: list[list[str | None]]) -> TableRows:
    table = fit.table
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(table.fields)
    cells = pa.table([pa.array(column, pa.string()) for column in columns], names=list(table.columns))

    def originals(positions: Sequence[int]) -> list[str]:
        return [_as_csv(rows[position]) for position in positions]

    missing = tuple(field.name for field, place in zip(table.fields, fit.places, strict=True) if place is None)
    return TableRows(
        table,
        cells,
        pa.array(numbers, pa.int64()),
        originals,
        missing_columns=missing if rows else (),
        ignored_columns=tuple(name for name in fit.ignored if name),
    )


def _as_csv(row: Sequence[str | None]) -> str:
    """The values of a row in the order of the contract's fields."""
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(["" if value is None else value for value in row])
    return out.getvalue()


def _text(value: Any, field: Field, nulls: set[str]) -> str | None:
    """A cell as text; None for an empty one."""
    if value is None:
        return None
    if isinstance(value, str):
        text = value
    elif isinstance(value, bool):
        text = str(value).upper()
    elif isinstance(value, dt.date):
        text = _day(value, field)
    elif isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        text = str(int(value))
    elif isinstance(value, int | float | dt.time | dt.timedelta):
        text = str(value)
    else:  # a formula for several cells
        text = str(getattr(value, "text", None) or "=")
    return None if text in nulls else text


def _day(value: dt.date, field: Field) -> str:
    if field.kind == "date" and field.date_format:
        return value.strftime(field.date_format)
    if isinstance(value, dt.datetime) and value.time() != dt.time():
        return value.isoformat(sep=" ")
    return value.strftime("%Y-%m-%d")
