"""The COLLECT CSV export ('Blade-Export_…'): one flat file a module, written and read (facts/sen2.md 1.3).

Columns: `<module>tableid`, `NativeId` (the LA's code), `<module>orderseqcolumn`, `sourceid`, the parent's `…tableid`,
then the year's items in lower case; dates as COLLECT prints them, `2022-Sep-28 00:00:00`.

What is written reads back the same. So nothing is done about cells that begin with `=`, `+`, `-` or `@`: a mark put
before them would come back as part of the value. These files are for exchange between programs; to be opened in a
spreadsheet there is the workbook (workbook.py), which cannot hold a formula.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import duckdb
import pyarrow as pa

from area.errors import ReturnRefusedError
from area.files import written_text
from returns.definition.load import defined_years, load_definition
from returns.definition.model import Definition, Item, Module
from returns.definition.tables import SCHEMA, fresh_tables
from returns.definition.text_rows import Casts, store, text_table
from returns.kinds import SEN2
from returns.sen2.files.collect_set import HEADER, CollectSet, open_set, suffix_of
from returns.sen2.xml.reader import ReadResult
from returns.sen2.xml.soundness import refuse_broken_tables
from returns.sen2.xml.text_rows import BLANK

DATE, MOMENT = "%Y-%b-%d 00:00:00", "%Y-%b-%d %H:%M:%S"
CASTS = Casts(
    dates=("%Y-%b-%d %H:%M:%S", "%Y-%b-%d", "%Y-%m-%d"),
    moments=("%Y-%b-%d %H:%M:%S",),
    flag_words={"true": 1, "false": 0},
)
HEADER_ID = "1"
ROWS_AT_ONCE = 10_000
YEAR = re.compile("[0-9]{4}")
WRONG_FIELD_COUNT = "WRONG_FIELD_COUNT"


@dataclass(frozen=True)
class CsvRows:
    """A module's rows as text (columns: `row_columns`), and the lines that are no row: line, reason, field, text."""

    rows: pa.Table
    bad: tuple[tuple[int, str, str | None, str], ...] = ()
    unknown_columns: int = 0


@dataclass(frozen=True)
class CollectRows:
    """All modules of one export."""

    year: int
    modules: dict[str, CsvRows] = field(default_factory=dict)


@dataclass(frozen=True)
class CsvWritten:
    """What was written: the file and the rows of each module."""

    paths: dict[str, Path]
    rows: dict[str, int]


def write_collect_csv(con: duckdb.DuckDBPyConnection, folder: Path, *, year: int, exported_on: dt.date) -> CsvWritten:
    """Write the tables of schema `returns` as the nine files of an export into `folder`, owner-only.

    Blank text is written as nothing, as in the XML. Raises SettingsError for a year that is not defined,
    ReturnInvalidError when the tables do not nest.
    """
    definition = load_definition(SEN2, year)
    rows = refuse_broken_tables(con, definition, file=folder.name)
    folder.mkdir(parents=True, exist_ok=True)
    (lea,) = con.execute(f"select lea from {SCHEMA}.sen2_header").fetchone() or (None,)
    paths = {}
    for module in definition.modules.values():
        path = folder / f"Blade-Export_{exported_on:%d-%m-%Y}_{suffix_of(module)}.csv"
        with written_text(path) as file:
            out = csv.writer(file, lineterminator="\r\n")
            found = con.execute(_select(definition, module), {"lea": lea})
            out.writerow([column[0] for column in found.description or ()])
            while records := found.fetchmany(ROWS_AT_ONCE):
                out.writerows(records)
        paths[module.name] = path
    return CsvWritten(paths, rows)


def read_collect_csv(
    path: Path, *, year: int | None = None, into: duckdb.DuckDBPyConnection | None = None
) -> ReadResult:
    """Read an export (a folder, one of its files, or a .zip) into schema `returns` of a new in-memory DuckDB, or of
    `into`, in place of what its tables hold.

    Columns may come in any order and letter case; a file that is not there is an empty table; a value that is not of
    its item's type is NULL; columns that no return has are counted in `unknown_elements`. Keys are COLLECT's own.
    `year` is needed only when the set has no header file.

    Raises SettingsError for a year that is not defined, ReturnRefusedError for what is no export or a line that is no
    row.
    """
    export = open_set(path, suffixes())
    found = collect_rows(export, year=year)
    definition = load_definition(SEN2, found.year)
    con = fresh_tables(definition, into)
    for name, module_rows in found.modules.items():
        for line, _, _, _ in module_rows.bad:
            file = export.names[suffix_of(definition.module(name))]
            _refuse(file, line, "as many values as there are columns", "another number of them")
        store(con, definition.module(name), module_rows.rows, file_hash=export.sha256, casts=CASTS)
    return ReadResult(
        con=con,
        file_hash=export.sha256,
        rows={name: module_rows.rows.num_rows for name, module_rows in found.modules.items()},
        unknown_elements=sum(module_rows.unknown_columns for module_rows in found.modules.values()),
    )


def suffixes() -> list[str]:
    """COLLECT's names of the modules."""
    return [suffix_of(module) for module in load_definition(SEN2, defined_years(SEN2)[-1]).modules.values()]


def collect_rows(export: CollectSet, *, year: int | None = None) -> CollectRows:
    """All rows of an export as text. Raises ReturnRefusedError, also when `year` is not that of the header file."""
    header = _header_values(export)
    if year is None:
        year = collect_year(export)
    elif header.get("year", str(year)) != str(year):
        _refuse(export.name, None, f"an export of {year}", "one of another year")
    definition = load_definition(SEN2, year)
    modules = {}
    for module in definition.modules.values():
        content = export.files.get(suffix_of(module))
        if content is None:
            if module.name == "person":
                _refuse(export.name, None, "a file of persons (…_person.csv)", "a set without it")
            modules[module.name] = CsvRows(text_table(definition, module, []))
        else:
            modules[module.name] = _parse(export.names[suffix_of(module)], content, definition, module)
    return CollectRows(year=year, modules=modules)


def collect_year(export: CollectSet) -> int:
    """The year of the export's header file. Raises ReturnRefusedError for none, or one that is not defined."""
    said = _header_values(export).get("year")
    years = [str(defined) for defined in defined_years(SEN2)]
    if said not in years:
        came = "none" if said is None else said if YEAR.fullmatch(said) else "something else"
        file = export.names.get(HEADER, export.name)
        _refuse(file, None, f"a header file (…_sen2.csv) with a year of {', '.join(years)}", came)
    return int(said)


def collect_lea(export: CollectSet) -> str | None:
    """The LA that the export's header file names."""
    header = _header_values(export)
    return header.get("lea") or header.get("nativeid")


def _select(definition: Definition, module: Module) -> str:
    """A module's rows as the file has them, in the order of its keys."""
    suffix, order = suffix_of(module), ", ".join([*module.order_by, module.key or "1"])
    number = f"row_number() over (order by {order})"
    for column in module.extra_columns:  # the order of persons is the file's own
        number = f"coalesce({column}, {number})"
    parent = definition.parent_key(module) or ("sen2tableid" if module.key else None)
    columns = [
        f"{module.key or _text(HEADER_ID)} as {suffix}tableid",
        "$lea as NativeId",
        f"{number} as {suffix}orderseqcolumn",
        "null as sourceid",
    ]
    if parent:
        columns.append(f"{definition.parent_key(module) or _text(HEADER_ID)} as {parent}")
    columns += [f'{_value(item)} as "{item.column}"' for item in module.items]
    return f"select {', '.join(columns)} from {SCHEMA}.{module.table} order by {order}"


def _value(item: Item) -> str:
    column = f'"{item.column}"'
    match item.type:
        case "date":
            return f"strftime({column}, {_text(DATE)})"
        case "datetime":
            return f"strftime({column}, {_text(MOMENT)})"
        case "text" | "code" | "la":
            return rf"case when trim({column}, e' \t\r\n') <> '' then {column} end"
    return column


def _text(text: str) -> str:
    return f"'{text}'"


def _header_values(export: CollectSet) -> dict[str, str]:
    """The first row of the header file by column in lower case; empty without such a file."""
    content = export.files.get(HEADER)
    if content is None:
        return {}
    records = _records(export.names[HEADER], content)
    _, names = next(records, (0, []))
    _, values = next(records, (0, []))
    found = {name.strip().lower(): value.strip() for name, value in zip(names, values, strict=False)}
    return {name: value for name, value in found.items() if value}


def _parse(file: str, content: bytes, definition: Definition, module: Module) -> CsvRows:
    records = _records(file, content)
    line, names = next(records, (1, []))
    columns = [name.strip().lower() for name in names]
    places = _places(file, line, columns, definition, module)
    parent = definition.parent_key(module)
    wanted = [key for key in (module.key, parent) if key]
    order = places.get(f"{suffix_of(module)}orderseqcolumn")
    items = [places.get(item.column) for item in module.items]
    keys = [places[key] for key in wanted]
    rows: list[tuple[Any, ...]] = []
    bad: list[tuple[int, str, str | None, str]] = []
    for line, values in records:
        if len(values) != len(columns):
            bad.append((line, WRONG_FIELD_COUNT, None, _joined(values)))
            continue
        said = "" if order is None else values[order].strip()
        number = int(said) if said.isascii() and said.isdigit() and len(said) < 18 else len(rows) + 1
        rows.append(
            (
                *(_present(values[place]) for place in keys),
                *(number for _ in module.extra_columns),
                *(None if place is None else _present(values[place]) for place in items),
                file,
                line,
            )
        )
    known = {*(item.column for item in module.table_items), *wanted, "nativeid", "sourceid", "sen2tableid"}
    known.add(f"{suffix_of(module)}orderseqcolumn")
    unknown = [name for name in columns if name not in known]
    return CsvRows(text_table(definition, module, rows), tuple(bad), len(unknown))


def _places(file: str, line: int, columns: list[str], definition: Definition, module: Module) -> dict[str, int]:
    """Where each column is. Refuses a first line that is not this module's."""
    needed = [key for key in (module.key, definition.parent_key(module)) if key]
    items = [item.column for item in module.items]
    expected = f"a first line with the columns of {suffix_of(module)} ({', '.join([*needed, *items])})"
    missing = [name for name in needed if name not in columns]
    found = [name for name in items if name in columns]
    if missing:
        _refuse(file, line, expected, f"one without {', '.join(missing)}")
    if 2 * len(found) < len(items):
        _refuse(file, line, expected, f"one with {len(found)} of them")
    twice = sorted({name for name in (*needed, *items) if columns.count(name) > 1})
    if twice:
        _refuse(file, line, expected, f"one with {', '.join(twice)} twice")
    return {name: place for place, name in enumerate(columns)}


def _records(file: str, content: bytes) -> Iterator[tuple[int, list[str]]]:
    """The records that are not blank, each with the line it begins in."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        _refuse(file, line, "a CSV file in UTF-8", "bytes that are not UTF-8")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins = 1
    try:
        for values in reader:
            if values:
                yield begins, values
            begins = reader.line_num + 1
    except csv.Error:
        _refuse(file, begins, "a CSV record", "a quote that is not closed, or a value too large to be real")


def _present(value: str) -> str | None:
    return value if value.strip(BLANK) else None


def _joined(values: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(values)
    return out.getvalue()


def _refuse(file: str, line: int | None, expected: str, came: str) -> NoReturn:
    raise ReturnRefusedError(file, line=line, expected=expected, came=came)
