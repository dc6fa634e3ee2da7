"""Earlier returns as extracts: the format `sen2_return`, which ingest finds by name (entry point group `send.formats`).

Hands over every module as a table of text, each value as it came; ingest holds it against its contract, lands the file
and keeps the balance. What is refused is refused with ReturnRefusedError, which ingest makes its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from area.errors import ReturnRefusedError
from returns.definition.ingest_contract import COLLECTION, extract_columns, table_name
from returns.definition.load import load_definition
from returns.definition.model import Definition, Module
from returns.definition.text_rows import text_table
from returns.kinds import SEN2
from returns.sen2.files.collect_csv import CollectRows, collect_lea, collect_rows, collect_year, suffixes
from returns.sen2.files.collect_set import HEADER, open_set
from returns.sen2.files.detect import FileKind, kind_of_file, xml_header, xml_year
from returns.sen2.xml.text_rows import Seen, text_rows

FEED = "sen2_return"
# The name a return is delivered under; where an export has no header file, it alone says the year.
DELIVERED = re.compile(r"sen2_[0-9a-z]{3}_([0-9]{4})\b", re.IGNORECASE)


@dataclass(frozen=True)
class ExtractTable:
    """One raw table: its cells, all text, with `_row`; and the lines that are no row (line, reason, field, text)."""

    cells: pa.Table
    bad: tuple[tuple[int, str, str | None, str], ...] = ()


class SEN2Return:
    """The format. An instance is what the entry point names."""

    def tables(self, path: Path, name: str, *, area: str) -> Mapping[str, ExtractTable]:
        """All nine tables of a file that was delivered as `name`, for `area`; empty those of which it has no row.

        Raises ReturnRefusedError for a file that is no return, of no defined year, or of another LA.
        """
        definition = load_definition(SEN2, int(self.period(path, name, area=area)))
        if kind_of_file(path) is FileKind.collect:
            return _of_collect(collect_rows(open_set(path, suffixes()), year=definition.year), definition)
        return _of_xml(path, definition)

    def period(self, path: Path, name: str, *, area: str) -> str:
        """The collection year of the file. Raises ReturnRefusedError for a file that is no return, of no defined year,
        or of another LA."""
        if kind_of_file(path) is FileKind.xml:
            _refuse_other_area(name, xml_header(path)[1], area)
            return str(xml_year(path))
        export = open_set(path, suffixes())
        _refuse_other_area(name, collect_lea(export), area)
        said = DELIVERED.match(name)
        return str(collect_year(export) if HEADER in export.files or said is None else said[1])


def delivered_name(area: str, year: int, kind: FileKind) -> str:
    """The name under which a return is delivered: `SEN2_931_2024.xml`, or `.zip` for an export."""
    return f"SEN2_{area}_{year}.{'xml' if kind is FileKind.xml else 'zip'}"


def _refuse_other_area(name: str, lea: str | None, area: str) -> None:
    if lea is not None and area and lea != area:
        came = f"one of LA {lea}" if re.fullmatch("[0-9]{3}", lea) else "one of another"
        raise ReturnRefusedError(name, line=None, expected=f"a return of LA {area}", came=came)


def _of_xml(path: Path, definition: Definition) -> dict[str, ExtractTable]:
    batches = {module.name: [text_table(definition, module, [])] for module in definition.modules.values()}
    for module, rows in text_rows(path, definition, Seen()):
        batches[module.name].append(rows)
    return {
        table_name(SEN2, module): ExtractTable(_cells(definition, module, pa.concat_tables(batches[module.name])))
        for module in definition.modules.values()
    }


def _of_collect(found: CollectRows, definition: Definition) -> dict[str, ExtractTable]:
    return {
        table_name(SEN2, definition.module(name)): ExtractTable(
            _cells(definition, definition.module(name), rows.rows), rows.bad
        )
        for name, rows in found.modules.items()
    }


def _cells(definition: Definition, module: Module, rows: pa.Table) -> pa.Table:
    """The raw table's columns as text, and `_row`: the line, or the number of the row where lines do not tell apart."""
    asked = set(rows.column_names)
    columns = {
        name: rows.column(source).cast(pa.string()) if source in asked else pa.nulls(len(rows), pa.string())
        for name, source in extract_columns(definition, module).items()
        if name != COLLECTION
    }
    columns[COLLECTION] = pa.array([str(definition.year)] * len(rows), pa.string())
    lines = rows.column("_row")
    told = lines.null_count == 0 and bool(np.all(np.diff(lines.to_numpy()) > 0))
    numbers = lines.to_numpy() if told else np.arange(1, len(rows) + 1)
    return pa.table(columns | {"_row": pa.array(numbers, pa.int64())})


sen2_return = SEN2Return()
